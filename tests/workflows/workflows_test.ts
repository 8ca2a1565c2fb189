/** The workflows are right by actionlint, run by act, and call what there is. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { REPOSITORY } from "../start_program.ts";
import { commandsOf, commitAll, findTool, runAct, usedActions } from "./act.ts";

const FOLDER = ".github/workflows";
const names = [...Deno.readDirSync(`${REPOSITORY}${FOLDER}`)].map(({ name }) => name).toSorted();
const read = (name: string) => Deno.readTextFile(`${REPOSITORY}${FOLDER}/${name}`);

Deno.test("actionlint has nothing to say of the workflows", async () => {
  const actionlint = findTool("actionlint");
  if (actionlint === null) return;
  const { code, stdout } = await new Deno.Command(actionlint, {
    args: ["-no-color", ...names.map((name) => `${FOLDER}/${name}`)],
    cwd: REPOSITORY,
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "");
  assert.equal(code, 0);
});

Deno.test("the workflows call tasks that there are, and actions by their commits", async () => {
  const tasks = {
    npm: JSON.parse(await Deno.readTextFile(`${REPOSITORY}package.json`)).scripts,
    deno: JSON.parse(await Deno.readTextFile(`${REPOSITORY}deno.json`)).tasks,
  };
  for (const name of names) {
    const workflow = await read(name);
    for (const action of usedActions(workflow)) assert.match(action, /@[0-9a-f]{40}$/, name);
    for (const command of Object.values(commandsOf(workflow)).flat()) {
      for (const [, task = ""] of command.matchAll(/\bnpm run (\S+)/g)) {
        assert.ok(task in tasks.npm, `${name}: npm run ${task}`);
      }
      for (const [, task = ""] of command.matchAll(/\bdeno task (\S+)/g)) {
        assert.ok(task in tasks.deno, `${name}: deno task ${task}`);
      }
      for (const [path] of command.matchAll(/\btests\/\S+/g)) await Deno.stat(REPOSITORY + path);
    }
  }
});

/** A program that writes down how it was called, and does what `script` says. */
async function writeProgram(path: string, script = ""): Promise<void> {
  const log = 'echo "$GITHUB_JOB: ${0##*/} $*" >> "$CALLS"';
  await Deno.writeTextFile(path, `#!/bin/sh\n${log}\n${script}\n`, { mode: 0o755 });
}

Deno.test("act runs the jobs of Linux, which call the tasks in their order", async () => {
  const act = findTool("act");
  if (act === null) return;
  await using place = await project({}, { bare: true });
  const calls = `${place.root}/calls`;
  const bin = `${place.root}/bin`;
  await Deno.mkdir(bin);
  await writeProgram(`${bin}/npm`);
  await writeProgram(`${bin}/gh`);
  // Of the task that makes a release: what the next jobs need of it.
  await writeProgram(
    `${bin}/deno`,
    `[ "$2" != release ] || {
      mkdir -p dist/release && cd dist/release && cp ../../install.sh . && echo notes > notes.md
      printf '#!/bin/sh\\necho "$GITHUB_JOB: wave $*" >> "$CALLS"; echo wave 0.1.0\\n' > wave-linux-${Deno.build.arch}
      chmod 755 wave-linux-${Deno.build.arch} && cp wave-linux-${Deno.build.arch} wave-windows-x86_64.exe
      sha256sum wave-* install.sh > SHA256SUMS
    }`,
  );
  const folder = `${place.root}/repository`;
  await Deno.mkdir(`${folder}/${FOLDER}`, { recursive: true });
  for (const name of names) {
    await Deno.copyFile(`${REPOSITORY}${FOLDER}/${name}`, `${folder}/${FOLDER}/${name}`);
  }
  await Deno.mkdir(`${folder}/tests/workflows`, { recursive: true });
  await writeProgram(`${folder}/tests/workflows/install_tools.sh`);
  await Deno.copyFile(`${REPOSITORY}install.sh`, `${folder}/install.sh`);
  await commitAll(folder);
  const env = {
    CALLS: calls,
    PATH: `${bin}:${Deno.env.get("PATH") ?? ""}`,
    HOME: `${place.root}/home`,
  };
  const run = async (workflow: string, ref: string) => {
    await Deno.writeTextFile(calls, "");
    const kept = `${place.root}/artifacts`;
    const { code, text } = await runAct({
      ...{ act, folder, workflow: `${FOLDER}/${workflow}`, env, ref },
      actions: {
        "actions/upload-artifact": `mkdir -p ${kept} && cp -r "$INPUT_PATH" "${kept}/$INPUT_NAME"`,
        "actions/download-artifact":
          `mkdir -p "$INPUT_PATH" && cp ${kept}/"$INPUT_NAME"/* "$INPUT_PATH"`,
        "actions/attest-build-provenance": 'cd "$(dirname "$INPUT_SUBJECT_CHECKSUMS")" && ' +
          'sha256sum -c SHA256SUMS | sed "s/^/publish: /" >> "$CALLS"',
      },
    });
    assert.equal(code, 0, text);
    return (await Deno.readTextFile(calls)).trimEnd().split("\n");
  };
  const called = (calls: readonly string[], job: string) =>
    calls.filter((line) => line.startsWith(`${job}: `)).map((line) => line.slice(job.length + 2));
  /** A command of the workflow as the program that it calls writes it down. */
  const written = (command: string) =>
    command.replace(/^\S+=\S+ /, "").replace(/^\S+\//, "")
      .replaceAll("$HOME", env.HOME).replaceAll('"', "");

  const ci = await run("ci.yml", "refs/heads/main");
  for (const [job, commands] of Object.entries(commandsOf(await read("ci.yml")))) {
    assert.deepEqual(called(ci, job), commands.map(written), job);
  }

  const release = await run("release.yml", "refs/tags/v0.1.0");
  assert.deepEqual(called(release, "build"), [
    "deno install",
    "deno task release v0.1.0 https://github.com/test/test/releases",
  ]);
  assert.deepEqual(called(release, "try"), [
    "wave --version",
    "wave --version --format json",
    "wave init",
    "wave run hello-world hi",
    "wave status --all",
  ]);
  assert.deepEqual(called(release, "publish"), [
    `wave-linux-${Deno.build.arch}: OK`,
    "wave-windows-x86_64.exe: OK",
    "install.sh: OK",
    "gh release create v0.1.0 --verify-tag --title wave v0.1.0 --notes-file notes.md " +
    `release/SHA256SUMS release/install.sh release/wave-linux-${Deno.build.arch} ` +
    "release/wave-windows-x86_64.exe",
  ]);
});
