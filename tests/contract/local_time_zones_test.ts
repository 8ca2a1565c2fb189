/** Run ids and times that are shown are local, however `TZ` names the zone. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";

const PIPELINE = `metadata: { name: quick }
steps:
  - { id: a, type: command, script: "true" }
`;
const AHEAD_MS = 9.5 * 3_600_000;

Deno.test("a POSIX TZ gives local times in run ids, status and logs", async () => {
  await using place = await project({ ".wave/pipelines/quick.yaml": PIPELINE });
  const options = { env: { TZ: "<+0930>-9:30" } };
  const ran = await place.wave(["run", "quick"], options);
  assert.equal(ran.code, 0, ran.stderr);
  const json = await place.wave(["status", "@latest", "--format", "json"], options);
  const [, id = "", startedAt = ""] = /"id":"([^"]+)".*?"started_at":"([^"]+)"/.exec(json.stdout) ??
    [];
  const local = new Date(Date.parse(startedAt) + AHEAD_MS).toISOString().slice(0, 19);
  const { stdout } = await place.wave(["status", id], options);
  assert(stdout.includes(local.replace("T", " ")), `${local}\n${stdout}`);
  const logs = await place.wave(["logs", id], options);
  assert(logs.stdout.includes(`[${local.slice(11)}]`), `${local}\n${logs.stdout}`);
  // The id is chosen a moment before the start is recorded.
  const idTime = local.replace(/[-:]/g, "").replace("T", "-").slice(0, -4);
  assert(id.startsWith(`quick-${idTime}`), `${local} ${id}`);
});
