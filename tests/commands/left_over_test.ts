import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { WAITING } from "../waiting_pipeline.ts";

Deno.test("what a killed run left is told by status and cancel, and cancel takes it", async () => {
  await using place = await project({ ".wave/pipelines/waiting.yaml": WAITING });
  await using run = place.spawn(["run", "waiting", "-v"]);
  await run.waitForLine(/ waiting$/);
  run.kill("SIGKILL");
  await run.result();
  const note = /^\d+ process(es)? of failed run (waiting-\S+) still runs?: wave cancel \2$/m;
  const status = await place.wave(["status"]);
  assert.match(status.stderr, note);
  const json = (await place.wave(["status", "--format", "json"])).json();
  const [left] = json["left_over"] as { run_id: string; pids: number[] }[];
  assert.match(left?.run_id ?? "", /^waiting-/);
  assert.ok((left?.pids.length ?? 0) > 0);

  const cancelled = await place.wave(["cancel", "--format", "json"]);
  const [settled] = cancelled.json()["runs"] as {
    id: string;
    outcome: string;
    receipt?: { proven: boolean; asked_by: string };
  }[];
  assert.deepEqual([settled?.id, settled?.outcome], [left?.run_id, "settled"]);
  assert.deepEqual((await place.wave(["status", "--format", "json"])).json()["left_over"], []);
  const logs = await place.wave(["logs", "--format", "json"]);
  const entries = logs.json()["logs"] as {
    state: string;
    step_id: string | null;
    data?: { receipt?: { proven: boolean; left: number[] } };
  }[];
  const end = entries.find(({ state, step_id }) => state === "failed" && step_id === "wait");
  assert.deepEqual([end?.data?.receipt?.proven, end?.data?.receipt?.left], [true, []]);
  assert.match((await place.wave(["logs"])).stdout, /failed +wait .*processe?s? ended, none left/);
});
