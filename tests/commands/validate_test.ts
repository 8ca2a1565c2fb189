import assert from "node:assert/strict";
import { projectInProcess as project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";
import { MISTAKES } from "../executor/language/mistakes.ts";

Deno.test("wave validate points at every mistake, and exits with 2", async () => {
  const errors = Object.values(MISTAKES).filter(({ severity }) => severity === undefined);
  const files = Object.fromEntries(
    errors.map(({ yaml }, index) => [`.wave/pipelines/p${index}.yaml`, yaml.replace("§", "")]),
  );
  await using made = await project(files);
  const run = await made.wave(["validate", "--format", "json"]);
  assert.equal(run.code, 2);
  const json = run.json();
  assertSchema("validate", json);
  assert.equal(json["valid"], false);
  const found = new Set(
    Array.isArray(json["diagnostics"])
      ? json["diagnostics"].map(({ file, line, column, code }) =>
        `${file}:${line}:${column} ${code}`
      )
      : [],
  );
  errors.forEach(({ yaml, code }, index) => {
    const before = yaml.slice(0, yaml.indexOf("§"));
    const line = before.split("\n").length;
    const column = before.length - before.lastIndexOf("\n");
    // These need files and personas that this project does not have.
    if (/persona|bad_schema|unknown_adapter|no_tools_left/.test(code)) return;
    const place = `.wave/pipelines/p${index}.yaml:${line}:${column} ${code}`;
    assert.ok(found.has(place), `${place} not in ${[...found].join("\n")}`);
  });
});

Deno.test("wave validate prints a line for each problem, safe for a terminal", async () => {
  await using made = await project({
    ".wave/pipelines/a.yaml": 'steps:\n  - id: "a\\e[31m"\n    script: x\n    colour: y\n',
    ".wave/pipelines/b.yaml": "steps: [{ id: a, script: x }]\n",
  });
  const all = await made.wave(["validate"]);
  assert.equal(all.code, 2);
  const [first, second, last] = all.stdout.trimEnd().split("\n");
  assert.match(first ?? "", /^\.wave\/pipelines\/a\.yaml:2:9: error: "a\\u001b\[31m" is no name/);
  assert.equal(
    second,
    '.wave/pipelines/a.yaml:4:5: warning: wave knows no key "colour" here, and takes no notice of it',
  );
  assert.equal(last, "2 pipelines: 1 error, 1 warning");
  assert.ok(!all.stdout.includes("\x1b"));
  const one = await made.wave(["validate", "b"]);
  assert.deepEqual([one.code, one.stdout], [0, "1 pipeline: 0 errors, 0 warnings\n"]);
  const none = await made.wave(["validate", "c", "--format", "json"]);
  assert.equal(none.code, 3);
  assert.match(none.stdout, /"code":"pipeline_not_found"/);
});

Deno.test("wave validate and list end on 100 MB, bombs and cycles", async () => {
  const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 12; i++) {
    bomb.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`).join(", ")}]`);
  }
  const cycle = Array.from(
    { length: 1000 },
    (_, index) => `  - { id: s${index}, script: x, dependencies: [s${(index + 1) % 1000}] }\n`,
  );
  await using made = await project({
    ".wave/pipelines/bomb.yaml": bomb.join("\n"),
    ".wave/pipelines/cycle.yaml": `steps:\n${cycle.join("")}`,
    ".wave/pipelines/deep.yaml": "[".repeat(100_000),
    ".wave/pipelines/fine.yaml": "steps: [{ id: a, script: x }]\n",
    ".wave/pipelines/large.yaml": "",
  });
  await Deno.truncate(`${made.root}/.wave/pipelines/large.yaml`, 100 * 1024 * 1024);
  const run = await made.wave(["validate"]);
  assert.equal(run.code, 2);
  assert.equal(run.stderr, "");
  assert.match(run.stdout, /bomb\.yaml:\d+:\d+: error: the file holds more than/);
  assert.match(run.stdout, /cycle\.yaml:2:\d+: error: the steps wait for each other: s0 → s1 /);
  assert.match(run.stdout, /deep\.yaml:1:1: error: values are nested more than/);
  assert.match(run.stdout, /large\.yaml:1:1: error: the file has 104857600 bytes/);
  const list = await made.wave(["list", "pipelines", "--format", "json"]);
  assert.equal(list.code, 0);
  assertSchema("list", list.json());
  assert.match(list.stdout, /"name":"fine","description":"","steps":\["a"\]/);
});

Deno.test("wave list shows definitions, the broken ones too", async () => {
  await using made = await project({
    "wave.yaml": `adapters: { mine: { binary: ./agent } }
personas: { p: { adapter: mine, permissions: { allowed_tools: [Read], deny: [Bash] } } }
`,
    ".wave/pipelines/bad.yaml": "steps: nope\n",
    ".wave/pipelines/good.yaml":
      "metadata: { description: Does good }\nsteps: [{ id: a, script: x }]\n",
  });
  const json = (await made.wave(["list", "--format", "json"])).json();
  assertSchema("list", json);
  assert.deepEqual(Object.keys(json).sort(), [
    "adapters",
    "manifest_error",
    "personas",
    "pipelines",
    "schema_version",
  ]);
  assert.deepEqual(json["personas"], [{
    ...{ name: "p", description: "", adapter: "mine", model: null },
    ...{ allowed_tools: ["Read"], denied_tools: ["Bash"] },
    not_enforced: ["allow Read", "deny Bash"],
  }]);
  assert.deepEqual(json["adapters"], [
    { name: "mine", binary: "./agent", mode: "headless", found: false, path: null },
    { name: "mock", binary: "mock", mode: "built-in", found: true, path: null },
  ]);
  const text = await made.wave(["list", "pipelines"]);
  assert.equal(text.code, 0);
  assert.match(text.stdout, /^bad +broken: .*bad\.yaml:1:8: error/m);
  assert.match(text.stdout, /^good +Does good +- +a$/m);
  assert.equal((await made.wave(["list", "adapters", "-q"])).stdout, "mine\nmock\n");
  assert.equal((await made.wave(["list", "pipelines", "--status", "failed"])).code, 2);
});

Deno.test("wave validate refuses the names under which nothing can be run", async () => {
  await using made = await project({
    ".wave/pipelines/two..dots.yaml": "steps: [{ id: a, script: x }]\n",
  });
  const { code, stdout } = await made.wave(["validate"]);
  assert.equal(code, 2);
  assert.match(stdout, /two\.\.dots\.yaml:1:1: error: "two\.\.dots" is no name: .*single dots/);
});
