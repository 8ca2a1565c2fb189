/** A system on which locks are limited for good, so that processes carry one mark instead of two. */
import assert from "node:assert/strict";
import { programCommand, project } from "../cli.ts";

const TOLD =
  "the hard limit on file locks is finite (ulimit -H), which takes away one of the two marks";

Deno.test("a finite hard limit on file locks is told by doctor and by a run, and takes nothing else", async () => {
  if (Deno.build.os !== "linux") return console.log("skipped: the mark is one of Linux");
  await using place = await project({
    ".wave/pipelines/p.yaml": "steps: [{ id: a, script: 'true' }]\n",
  });
  const limited = ["bash", "-c", 'ulimit -x 1000; exec "$@"', "bash", ...programCommand()];
  const run = await place.wave(["run", "p"], { program: limited });
  assert.equal(run.code, 0);
  assert.ok(run.stdout.includes(TOLD), run.stdout);
  const doctor = await place.wave(["doctor", "--format", "json"], { program: limited });
  assert.equal(doctor.code, 0);
  const checks = doctor.json()["checks"];
  assert(Array.isArray(checks));
  const { status, message } = checks.find(({ name }) => name === "processes");
  assert.equal(status, "warn");
  assert.ok(message.startsWith(TOLD), message);
  const free = await place.wave(["run", "p"]);
  assert.doesNotMatch(free.stdout + free.stderr, /warning/);
});
