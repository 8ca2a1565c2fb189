import assert from "node:assert/strict";
import { timelineText } from "../../../commands/status/run_timeline.ts";
import { columnsOf } from "../../../commands/output/fit_line.ts";
import { project } from "../../cli.ts";
import { assertSchema } from "../../json_schema.ts";

const span = (attempt: number, result: "completed" | "failed", from: number, to: number) => ({
  ...{ attempt, result, from, to },
});

Deno.test("timelineText() draws a bar an attempt, and where the run was resumed", () => {
  const time = {
    totalMs: 10_000,
    resumes: [5000],
    steps: [
      { stepId: "build", spans: [span(1, "completed", 0, 4000)] },
      {
        stepId: "短い",
        spans: [span(1, "failed", 4000, 5000), span(2, "completed", 6000, 10_000)],
      },
      { stepId: "never", spans: [] },
    ],
  };
  assert.deepEqual(timelineText(time, 37, false).split("\n").slice(0, 2), [
    "build ████████  |          4s",
    "短い          xx| ████████ 5s x2",
  ]);
  for (const width of [1, 20, 80]) {
    for (const line of timelineText(time, width, true).split("\n")) {
      assert.ok(columnsOf(line) <= width, `${width}: ${line}`);
    }
  }
});

Deno.test("status --timeline draws one run over its resumes", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml":
      `steps: [{ id: a, type: command, script: 'test -e "$WAVE_PROJECT/go"' }]\n`,
  });
  assert.equal((await place.wave(["run", "p", "-q"])).code, 1);
  await place.write("go", "");
  assert.equal((await place.wave(["resume", "-q"])).code, 0);
  const drawn = await place.wave(["status", "@latest", "--timeline"]);
  assert.match(drawn.stdout, /^a .*x.*█.* 0s x2\n .*; \| resumed\n$/);
  const json = (await place.wave(["status", "@latest", "--timeline", "--format", "json"])).json();
  assertSchema("status", json);
  const { steps, resumed_at_ms } = Object(json["timeline"]);
  assert.equal(resumed_at_ms.length, 1);
  assert.deepEqual(
    steps[0].attempts.map((each: { result: string }) => each.result),
    ["failed", "completed"],
  );
  assert.equal((await place.wave(["status", "--timeline"])).code, 2);
});
