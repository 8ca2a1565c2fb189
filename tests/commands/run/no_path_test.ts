/** PATH names no folder with the tools of the system in it, or is not set at all. */
import assert from "node:assert/strict";
import { type Project, project } from "../../cli.ts";
import { takesPreload } from "../../start_program.ts";

const GREET = `
steps:
  - id: greet
    type: command
    script: echo hello
`;
const WORKTREE = `
steps:
  - id: change
    type: command
    script: echo hello
    workspace: { type: worktree, branch: change }
`;

/** Environments in which a name alone finds nothing. */
async function places(home: Project): Promise<[string, Record<string, string>][]> {
  await Deno.mkdir(`${home.root}/empty`);
  return [
    ["an empty folder", { PATH: `${home.root}/empty` }],
    ["nothing", { PATH: "" }],
  ];
}

Deno.test("a pipeline runs, and its processes are found, whatever PATH names", async () => {
  await using home = await project({ ".wave/pipelines/greet.yaml": GREET });
  for (const [name, env] of await places(home)) {
    for (
      const args of [["run", "greet"], ["run", "greet", "--detach"], ["wait", "@latest"], [
        "doctor",
      ]]
    ) {
      const { code, stderr } = await home.wave(args, { env });
      assert.equal(code, 0, `${name}: ${args.join(" ")}: ${stderr}`);
    }
  }
});

Deno.test("a tool that is missing is named, and no internal error", async () => {
  if (!takesPreload()) return;
  await using home = await project({ ".wave/pipelines/change.yaml": WORKTREE });
  await Deno.mkdir(`${home.root}/empty`);
  const { code, stderr } = await home.wave(["run", "change"], {
    env: { PATH: `${home.root}/empty` },
    // No system folder holds the tool: as on a machine without it.
    preload: await hideGit(home),
  });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^error: Cannot start "git": not found in PATH\nhint: install it/m);
});

/** A module with which no file named `git` is there. */
async function hideGit(home: Project): Promise<string> {
  const path = `${home.root}/hide_git.js`;
  await Deno.writeTextFile(
    path,
    `const { statSync } = Deno;
    Deno.statSync = (path) => {
      if (String(path).endsWith("/git")) throw new Deno.errors.NotFound(String(path));
      return statSync(path);
    };\n`,
  );
  return path;
}
