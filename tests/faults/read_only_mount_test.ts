/** A project on a file system that is mounted read-only (contract, section 5). */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { callProgram } from "../program.ts";

/** Mounts the folder over itself, read-only; false where this process may not. */
async function mountReadOnly(folder: string): Promise<boolean> {
  const args = ["-c", 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"', folder];
  const { success } = await new Deno.Command("sh", { args, stderr: "null" }).output();
  return success;
}

Deno.test("a read-only mount is read, told to be one, and by nobody called damaged", async (t) => {
  await using place = await project({
    ".wave/pipelines/p.yaml": "steps: [{ id: a, script: 'true' }]\n",
  });
  const cwd = place.root;
  assert.equal((await callProgram(["run", "p", "-q"], { cwd })).code, 0);
  assert.equal(Deno.statSync(`${cwd}/.wave/state.db`).isFile, true);
  if (!await mountReadOnly(cwd)) return console.log("skipped: nothing may be mounted here");
  try {
    for (
      const argv of [["status", "--all"], ["logs"], ["list", "runs"], ["why"], ["artifacts"]]
    ) {
      await t.step(argv.join(" "), async () => {
        const { code, stderr } = await callProgram(argv, { cwd });
        assert.equal(code, 0);
        assert.match(
          stderr,
          /^warning: state\.db: read-only folder or file system; using \.wave\/traces$/m,
        );
      });
    }
    await t.step("doctor", async () => {
      const { code, stdout } = await callProgram(["doctor"], { cwd });
      assert.equal(code, 1);
      assert.match(
        stdout,
        /fail +database +read-only folder or file system; readers use the traces/,
      );
      assert.doesNotMatch(stdout, /--repair|damaged/);
    });
    for (const argv of [["run", "p"], ["clean", "--all", "--force"], ["doctor", "--repair"]]) {
      await t.step(argv.join(" "), async () => {
        const { code, stderr } = await callProgram(argv, { cwd });
        assert.equal(code, 1);
        assert.match(stderr, /^error: Read-only file system: .*\nhint: mount it so that/m);
      });
    }
  } finally {
    await new Deno.Command("umount", { args: ["-l", cwd] }).output();
  }
});
