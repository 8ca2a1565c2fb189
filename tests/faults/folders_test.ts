/** Folders of `.wave` that are links, on other file systems, or cannot be deleted. */
import assert from "node:assert/strict";
import { type Project, project } from "../cli.ts";
import { NOBODY, ordinaryUser } from "../ordinary_user.ts";
import { copyProgram } from "../built_program.ts";
import { takesPreload } from "../start_program.ts";

const files = {
  ".wave/pipelines/p.yaml": `
steps:
  - { id: a, type: command, script: "echo a > a.txt" }
  - { id: b, type: command, dependencies: [a], script: "echo b > b.txt" }
`,
};

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

async function runOf(place: Project): Promise<string> {
  const { code, stdout, stderr } = await place.wave(["run", "p", "-q"]);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

for (const name of [".wave", ".wave/traces", ".wave/workspaces", ".wave/trash"]) {
  Deno.test(`whatever writes refuses ${name} as a link, in the same words, and readers read`, async () => {
    await using place = await project(files);
    const id = await runOf(place);
    await Deno.rename(`${place.root}/${name}`, `${place.root}/elsewhere`);
    await Deno.symlink(`${place.root}/elsewhere`, `${place.root}/${name}`);
    const said = new RegExp(`Cannot use ".*${name}": it is a symbolic link`);
    for (
      const args of [
        ["run", "p"],
        ["resume", id, "--from-step", "a"],
        ["clean", "--all", "--force"],
        ["doctor", "--repair"],
      ]
    ) {
      const { code, stderr } = await place.wave(args);
      assert.equal(code, 1, args.join(" "));
      assert.match(stderr, said, args.join(" "));
    }
    const doctor = await place.wave(["doctor"]);
    assert.equal(doctor.code, 1);
    assert.match(doctor.stdout, /fail +folders .*is a symbolic link/);
    assert.match((await place.wave(["status", id])).stdout, /completed/);
  });
}

Deno.test("a step that puts a link in the place of its run's folder leads nothing outside", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - id: a
    type: command
    script: |
      mkdir "$WAVE_PROJECT/outside"
      run=$WAVE_PROJECT/.wave/workspaces/$WAVE_RUN_ID
      mv "$run" "$run.moved" && ln -s "$WAVE_PROJECT/outside" "$run"
      echo printed
  - { id: b, type: command, dependencies: [a], script: "echo b > b.txt" }
`,
  });
  const { code, stderr } = await place.wave(["run", "p"]);
  assert.equal(code, 1);
  assert.match(stderr, /it leads elsewhere/);
  assert.doesNotMatch(stderr, /internal error/);
  assert.deepEqual(names(`${place.root}/outside`), []);
});

Deno.test("clean leaves a run whole that it cannot delete, names it, and tries again", async () => {
  await using place = await project(files);
  const user = Deno.uid() === 0 ? await ordinaryUser(place.root) : null;
  if (user === null) return console.log("skipped: it takes root to make folders of two users");
  copyProgram(`${place.root}/dist`);
  await new Deno.Command("chmod", { args: ["755", place.root] }).output();
  await new Deno.Command("chown", { args: ["-R", `${NOBODY}`, place.root] }).output();
  const wave = (...words: string[]) => user.run(place.root, "dist/wave", words);
  const id = (await wave("run", "p", "-q")).stdout.trim();
  const theirs = `${place.root}/.wave/workspaces/${id}/a/roots`;
  await Deno.mkdir(`${theirs}/deep`, { recursive: true });
  await Deno.writeTextFile(`${theirs}/deep/file`, "");
  const refused = await wave("clean", id, "--force", "--format", "json");
  assert.equal(refused.code, 1, refused.stderr);
  const { removed, refused: [one] } = JSON.parse(refused.stdout);
  assert.deepEqual([removed, one.id], [0, id]);
  assert.match(one.reason, /roots belongs to user 0/);
  assert.match((await wave("status", id)).stdout, /completed/);
  assert.deepEqual(names(`${place.root}/.wave/workspaces/${id}`).includes("b"), true);
  await Deno.remove(theirs, { recursive: true });
  const again = await wave("clean", id, "--force");
  assert.deepEqual([again.code, again.stderr], [0, ""]);
});

Deno.test("clean does not call a run removed whose files it could not delete, and the next one does it", async () => {
  if (!takesPreload()) return;
  await using place = await project(files);
  const id = await runOf(place);
  await place.write(
    "fault.ts",
    `Deno.remove = () => Promise.reject(Object.assign(new Error("Device or resource busy (os error 16)"), { code: "EBUSY" }));`,
  );
  const preload = `${place.root}/fault.ts`;
  for (const selection of [[id], ["--all"]]) {
    const failed = await place.wave(["clean", ...selection, "--force"], { preload });
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /nothing to remove/);
    assert.match(
      failed.stderr,
      new RegExp(
        `error: Cannot remove ${id}: its files are still in .wave/trash.*resource busy\\n`,
      ),
    );
  }
  const again = await place.wave(["clean", "--all", "--force"]);
  assert.deepEqual([again.code, again.stderr], [0, ""]);
  assert.deepEqual(names(`${place.root}/.wave/trash`), []);
});

for (const other of ["traces", "trash", "workspaces"]) {
  Deno.test(`clean removes runs where .wave/${other} is a file system of its own`, async () => {
    if (!takesPreload()) return;
    await using place = await project(files);
    const id = await runOf(place);
    await place.write(
      "fault.ts",
      `const { renameSync } = Deno;
      const inOther = (path) => String(path).includes("/.wave/${other}/");
      Deno.renameSync = (from, to) => {
        if (inOther(from) === inOther(to)) return renameSync(from, to);
        throw Object.assign(new Error("Invalid cross-device link (os error 18)"), { code: "EXDEV" });
      };`,
    );
    const { code, stdout, stderr } = await place.wave(["clean", id, "--force"], {
      preload: `${place.root}/fault.ts`,
    });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /removed 1 run/);
    for (const folder of ["traces", "trash", "workspaces"]) {
      assert.deepEqual(names(`${place.root}/.wave/${folder}`), [], folder);
    }
    assert.equal((await place.wave(["status", id])).code, 3);
  });
}
