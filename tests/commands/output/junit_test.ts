import assert from "node:assert/strict";
import { junitXml } from "../../../commands/output/junit.ts";
import { openReader } from "../../../state/open_reader.ts";
import { project } from "../../cli.ts";
import { type SeededRun, seedRuns } from "../../seed.ts";

const START = Date.UTC(2026, 1, 2, 14, 30, 22);

/** The document of a made-up run, and its lines between the properties and the end of the suite. */
async function junitOf(run: Omit<SeededRun, "startedAt">) {
  await using place = await project();
  await seedRuns(place.root, [{ ...run, startedAt: START, host: "builder", tookMs: 1500 }]);
  using reader = openReader(place.root, { now: () => START + 60_000 });
  const observed = reader.run(run.id);
  assert.ok(observed !== null);
  const xml = junitXml(observed);
  await assertWellFormed(xml);
  const lines = xml.split("\n").map((line) => line.trim());
  const body = lines.slice(lines.indexOf("</properties>") + 1, lines.indexOf("</testsuite>"));
  return { xml, body };
}

async function assertWellFormed(xml: string): Promise<void> {
  try {
    const child = new Deno.Command("xmllint", {
      args: ["--noout", "-"],
      stdin: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(xml));
    await writer.close();
    const { code, stderr } = await child.output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("not checked by xmllint, which is not here");
  }
}

Deno.test("junitXml() has a test case for each step, and the reason of what did not complete", async () => {
  const { xml } = await junitOf({
    id: "debug-1",
    pipeline: "debug",
    status: "failed",
    error: "plan: no such file",
    steps: [
      { id: "look" },
      { id: "plan", status: "failed", error: 'no "such" file\n<&>' },
      { id: "fix", status: "skipped", error: "plan failed" },
      { id: "tell", status: "pending" },
    ],
  });
  const counts = 'tests="4" failures="1" errors="0" skipped="2" time="1.500"';
  assert.equal(
    xml,
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="wave" ${counts}>
  <testsuite name="debug" ${counts} timestamp="2026-02-02T14:30:22.000" hostname="builder">
    <properties>
      <property name="run_id" value="debug-1"/>
      <property name="status" value="failed"/>
    </properties>
    <testcase classname="debug" name="look" time="1.500"/>
    <testcase classname="debug" name="plan" time="1.500">
      <failure message="no &quot;such&quot; file&#10;&lt;&amp;&gt;" type="failed"/>
    </testcase>
    <testcase classname="debug" name="fix" time="0.000">
      <skipped message="plan failed"/>
    </testcase>
    <testcase classname="debug" name="tell" time="0.000">
      <skipped message="the step did not run"/>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});

Deno.test("junitXml() never shows a run that did not complete as passed", async () => {
  const cases: [run: Omit<SeededRun, "startedAt" | "id">, expected: RegExp | null][] = [
    [{ steps: [{ id: "a" }] }, null],
    [
      { status: "cancelled", steps: [{ id: "a", status: "cancelled" }] },
      /<error message="the step was cancelled" type="cancelled"\/>/,
    ],
    [
      { status: "cancelled", steps: [{ id: "a" }, { id: "b", status: "pending" }] },
      /name="run".*><error message="the run was cancelled" type="cancelled"\/>/,
    ],
    [
      { status: "failed", error: "no disk", steps: [] },
      /name="run".*><error message="no disk" type="failed"\/>/,
    ],
    [
      { status: "failed", error: "bad \x1b[31m\ufffe\u0000", steps: [] },
      /<error message="bad \\e\[31m\ufffd\\x00"/,
    ],
  ];
  for (const [run, expected] of cases) {
    const { body } = await junitOf({ ...run, id: "some-1" });
    const text = body.join("");
    if (expected === null) assert.doesNotMatch(text, /<(error|failure)/);
    else assert.match(text, expected);
  }
});
