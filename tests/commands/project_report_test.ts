import assert from "node:assert/strict";
import { type Project, projectInProcess as project } from "../cli.ts";
import { REPOSITORY } from "../start_program.ts";

async function report(made: Project, path = Deno.env.get("PATH") ?? ""): Promise<string> {
  const init = await made.wave(["init", "-q"]);
  assert.equal(init.code, 0, init.stderr);
  const run = await made.wave(["run", "project-report", "A 'title' $(touch no)"], {
    env: { PATH: path },
  });
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const exported = await made.wave(["artifacts", "--export", "out"]);
  assert.equal(exported.code, 0, exported.stderr);
  return await Deno.readTextFile(`${made.root}/out/report/report.md`);
}

async function git(root: string, ...args: string[]): Promise<void> {
  const own = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
  const run = await new Deno.Command("git", { args: ["-C", root, ...own, ...args] }).output();
  assert.equal(run.code, 0, new TextDecoder().decode(run.stderr));
}

Deno.test("project-report describes an empty folder", async () => {
  await using made = await project({}, { bare: true });
  const text = await report(made);
  assert.match(text, /^# A 'title' \$\(touch no\)\n/);
  // `init` itself wrote the manifest.
  assert.match(text, /\| files \| 1 \|/);
  assert.match(text, /This folder is no git repository\./);
});

Deno.test("project-report counts files whatever they are called", async () => {
  await using made = await project({
    "a b.ts": "1\n2\n3\n",
    "-n.ts": "1\n",
    "two\nlines.md": "1\n2\n",
    "tab\tand|pipe`.md": "1\n",
    "$(touch no).sh": "1\n2\n3\n4\n5\n",
    "'quote\".md": "x\n",
    "src/total": "1\n",
    "src/deep/er/x=y.ts": "1\n",
    "node_modules/skip.ts": "1\n",
    "empty": "",
  }, { bare: true });
  await Deno.writeFile(`${made.root}/binary.bin`, new Uint8Array([0, 1, 2, 0, 10, 0]));
  await Deno.symlink("nowhere", `${made.root}/dangling`);
  const text = await report(made);
  assert.match(text, /\| files \| 11 \|/);
  assert.match(text, /\| folders \| 3 \|/);
  assert.match(text, /\| links \| 1 \|/);
  assert.match(text, /\| \.ts \| 3 \|/);
  assert.match(text, /\| \.md \| 3 \|/);
  assert.match(text, /\| \$\(touch no\)\.sh \| 5 \|/);
  assert.match(text, /\| two lines\.md \| 2 \|/);
  assert.match(text, /\| tab and pipe \.md \| 1 \|/);
  assert.ok(!/skip\.ts|binary\.bin/.test(text));
  await assert.rejects(Deno.stat(`${made.root}/no`));
});

Deno.test("project-report tells the history of a repository", async () => {
  await using made = await project({ "a.txt": "1\n" }, { bare: true });
  await git(made.root, "init", "-q");
  assert.match(await report(made), /The repository has no commits yet\./);
  await git(made.root, "add", "a.txt");
  await git(made.root, "commit", "-q", "-m", "first | with `pipes`");
  const text = await report(made);
  assert.match(text, /Commits: 1\. Authors: 1\. From \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d\./);
  assert.match(text, /\| \d{4}-\d\d-\d\d \| first {3}with {2}pipes {2}\|/);
});

Deno.test("project-report does without git", async () => {
  await using made = await project({ "a.txt": "1\n" }, { bare: true });
  const bin = `${made.root}/.wave/bin`;
  await Deno.mkdir(bin, { recursive: true });
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      for await (const { name } of Deno.readDir(folder)) {
        if (name.startsWith("git")) continue;
        await Deno.symlink(`${folder}/${name}`, `${bin}/${name}`).catch((error: unknown) => {
          if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
        });
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  assert.match(await report(made, bin), /git is not installed\./);
});

Deno.test("the demo's pipeline in this repository is the one that init writes", async () => {
  await using made = await project({}, { bare: true });
  await made.wave(["init", "-q"]);
  const path = ".wave/pipelines/project-report.yaml";
  assert.equal(
    await Deno.readTextFile(`${REPOSITORY}${path}`),
    await Deno.readTextFile(`${made.root}/${path}`),
  );
  const planned = await made.wave(["run", "project-report", "--dry-run"], { cwd: REPOSITORY });
  assert.equal(planned.code, 0, planned.stderr);
});
