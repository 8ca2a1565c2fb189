/** Two users in one project: what one may not touch of the other's is named, and the rest is done. */
import assert from "node:assert/strict";
import { copyProgram } from "../built_program.ts";
import { project } from "../cli.ts";
import { NOBODY, ordinaryUser } from "../ordinary_user.ts";

const PIPELINES = {
  ".wave/pipelines/p.yaml": "steps: [{ id: a, type: command, script: 'true' }]\n",
  ".wave/pipelines/killed.yaml":
    "steps: [{ id: a, script: 'true' }, { id: b, dependencies: [a], script: 'kill -9 $PPID' }]\n",
};

Deno.test("beside the runs of root an ordinary user", async (t) => {
  await using place = await project(PIPELINES);
  const user = Deno.uid() === 0 ? await ordinaryUser(place.root) : null;
  if (user === null) return console.log("skipped: it takes root to be two users");
  const program = copyProgram(`${place.root}/dist`);
  await new Deno.Command("chmod", { args: ["755", place.root] }).output();
  await new Deno.Command("chown", { args: ["-R", `${NOBODY}`, place.root] }).output();
  const wave = async (...words: string[]) => {
    const answer = await user.run(place.root, program, words);
    assert.doesNotMatch(
      answer.stdout + answer.stderr,
      /os error|internal error|Permission denied:/,
    );
    return answer;
  };
  const own = (await wave("run", "p", "-q")).stdout.trim();
  const finished = (await place.wave(["run", "p", "-q"])).stdout.trim();
  await place.wave(["run", "killed", "-q"]);
  const killed = (await place.wave(["status", "@latest", "-q"])).stdout.trim();
  assert.match(killed, /^killed-/);

  await t.step("sees which run is not known to run", async () => {
    const { code, stdout } = await wave("status", "--all");
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^${killed} +killed +running \\(unknown\\)`, "m"));
  });

  await t.step("runs a pipeline", async () => {
    const { code, stdout, stderr } = await wave("run", "p", "-q");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal((await wave("clean", stdout.trim(), "--force")).code, 0);
  });

  await t.step("is told by doctor what may not be read, which repairs the rest", async () => {
    for (const args of [[], ["--repair"]]) {
      const { code, stdout } = await wave("doctor", ...args);
      assert.equal(code, 0, stdout);
      assert.doesNotMatch(stdout, /has no trace|clean removes|readers use its trace/);
      assert.match(stdout, new RegExp(`traces +may not be read: .*${killed}`));
      assert.match(stdout, /run wave as the user whose they are/);
    }
  });

  await t.step("gets the logs of all, of one from the database", async () => {
    const { code, stdout, stderr } = await wave("logs", "--pipeline", "p", "-n", "all");
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`${own} completed`));
    assert.match(stderr, new RegExp(`^warning: the trace of ${finished} may not be read; using`));
  });

  await t.step("cleans their own runs, and is told of the others", async () => {
    for (const args of [["--dry-run"], ["--force"]]) {
      const { code, stdout } = await wave("clean", "--all", "--format", "json", ...args);
      assert.equal(code, 1, stdout);
      const { runs, refused } = JSON.parse(stdout);
      assert.deepEqual(runs.map(({ id }: { id: string }) => id), [own]);
      const [unknown, theirs, ...others] = refused;
      assert.deepEqual([unknown.id, theirs.id, others], [killed, finished, []]);
      assert.match(unknown.reason, /another user's/);
      assert.match(theirs.reason, /belongs to user 0/);
    }
    const left = (await wave("status", "--all", "-q")).stdout.trim().split("\n");
    assert.deepEqual(left.sort(), [finished, killed].sort());
  });

  await t.step("leaves everything to root, who cleans it", async () => {
    const { code, stdout } = await place.wave(["clean", "--all", "--force"]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /removed 2 runs/);
  });
});
