import assert from "node:assert/strict";
import { projectInProcess as project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";
import { seedRuns } from "../seed.ts";

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'&\x1b[31m`;

const FILES = {
  ".wave/pipelines/made.yaml": `
steps:
  - id: build
    type: command
    script: |
      printf '%s\\n' '<b>bold</b> & "quoted"'; echo kept > kept.txt
    output_artifacts: [{ name: kept, path: kept.txt }]
  - { id: test, type: command, dependencies: [build], script: 'echo "no server" >&2; exit 1' }
  - { id: ship, type: command, dependencies: [test], script: echo shipped }
`,
};

/** What a page could load, or run. */
const LOADS =
  /<(?:link|img|iframe|object|embed|base|form)\b|<[^>]*\s(?:src=|on\w+=|href="(?!#))|url\((?!#)|@import/i;

Deno.test("report writes one page that loads and runs nothing", async () => {
  await using place = await project(FILES);
  assert.equal((await place.wave(["run", "made", HOSTILE, "-q"])).code, 1);
  const made = await place.wave(["report", "-o", "page.html"]);
  assert.deepEqual([made.code, made.stdout, made.stderr], [0, "page.html\n", ""]);
  const page = await Deno.readTextFile(`${place.root}/page.html`);
  assert.match(page, /content="default-src 'none'; style-src 'sha256-[^']{44}'; base-uri 'none'/);
  const [, body = "", data = ""] =
    /^([^]*)<script type="application\/json" id="data">([^]*)<\/script>\n<\/body>/.exec(page) ?? [];
  assert.doesNotMatch(body, LOADS);
  assert.doesNotMatch(body, /<script/i);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(page, /[\x00-\x09\x0b-\x1f]/);
  assert.equal(JSON.parse(data).run.input, HOSTILE);
  assert.equal(JSON.parse(data).why.cause.step_id, "test");
  assert.match(body, /&lt;b&gt;bold&lt;\/b&gt; &amp; &quot;quoted&quot;/);
  // Failure and cause come first, and every step has its place.
  assert.ok(body.indexOf("step test failed") < body.indexOf("<h2>Graph"));
  for (const id of ["build", "test", "ship"]) assert.match(body, new RegExp(`id="step-${id}"`));
  assert.match(body, /kept: <code>\.wave\/workspaces\/\S+\/kept\.txt<\/code>/);

  await Deno.remove(`${place.root}/.wave/state.db`);
  await place.wave(["report", "-o", "again.html"]);
  assert.equal(await Deno.readTextFile(`${place.root}/again.html`), page);
});

Deno.test("report --junit writes what a CI service reads", async () => {
  await using place = await project(FILES);
  await place.wave(["run", "made", "-q"]);
  const made = await place.wave(["report", "--junit", "-o", "run.xml", "--format", "json"]);
  assertSchema("report", made.json());
  const xml = await Deno.readTextFile(`${place.root}/run.xml`);
  assert.match(xml, /<testcase [^>]*name="test"[^>]*>\n {6}<failure message="exit code 1/);
  await place.write(
    ".wave/pipelines/outer.yaml",
    "steps: [{ id: sub, type: pipeline, pipeline: made }]\n",
  );
  await place.wave(["run", "outer", "-q"]);
  await place.wave(["report", "--junit", "-o", "outer.xml"]);
  const both = await Deno.readTextFile(`${place.root}/outer.xml`);
  assert.deepEqual([...both.matchAll(/<testsuite name="(\w+)"/g)].map(([, name]) => name), [
    "outer",
    "made",
  ]);
  assert.match(both, /<testcase [^>]*name="sub"[^>]*>\n {6}<failure message="pipeline made failed/);
  assert.match(both, /<testcase [^>]*name="test"[^>]*>\n {6}<failure message="exit code 1/);
  const counts = [...both.matchAll(/failures="(\d+)"/g)].map(([, count]) => Number(count));
  assert.deepEqual(counts, [2, 1, 1]);
  const refused = await place.wave(["report", "-o", "no/such/folder.html"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^error: Cannot write "\S+folder.html": /);
});

Deno.test("a report of 2,000 steps stays below 2 MB", async () => {
  await using place = await project();
  const steps = Array.from({ length: 2000 }, (_, index) => ({
    id: `step-${index}`,
    status: index === 1999 ? "failed" as const : "completed" as const,
    tokens: [1000, 200] as const,
    error: index === 1999 ? "exit code 1" : "",
  }));
  const seeded = { id: "large-1", startedAt: Date.now() - 60_000, tookMs: 50_000, steps };
  await seedRuns(place.root, [
    { ...seeded, status: "failed", error: "step step-1999 failed: exit code 1" },
  ]);
  const made = await place.wave(["report", "large-1", "--format", "json"]);
  assertSchema("report", made.json());
  const size = Number(made.json()["size_bytes"]);
  assert.ok(size > 500_000 && size < 2_000_000, `${size} bytes`);
});

Deno.test("a report says why its graph has no lines, or is not drawn", async () => {
  await using place = await project();
  const expected: readonly [count: number, boxes: boolean, lines: boolean, said: RegExp | null][] =
    [
      [120, true, true, null],
      [121, true, false, /<p>121 steps are too many to follow lines between/],
      [500, true, false, /<p>500 steps are too many to follow lines between/],
      [501, false, false, /<p>501 steps are too many to draw; the timeline has them all/],
    ];
  await seedRuns(
    place.root,
    expected.map(([count]) => ({
      id: `of-${count}`,
      startedAt: Date.now() - 60_000,
      tookMs: 50_000,
      steps: Array.from({ length: count }, (_, index) => ({
        id: `step-${index}`,
        status: "completed" as const,
        dependencies: index === 0 ? [] : ["step-0"],
      })),
    })),
  );
  for (const [count, boxes, lines, said] of expected) {
    await place.wave(["report", `of-${count}`, "-o", "page.html"]);
    const page = await Deno.readTextFile(`${place.root}/page.html`);
    assert.equal(page.includes('aria-label="Graph of the steps"'), boxes, `${count}`);
    assert.equal(page.includes("<polyline "), lines, `${count}`);
    if (said === null) assert.doesNotMatch(page, /too many/);
    else assert.match(page, said);
  }
});
