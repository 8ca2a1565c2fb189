/** Steps that work on a branch of the project, in the whole program. */
import assert from "node:assert/strict";
import { type Project, project } from "../cli.ts";
import { withoutRepository } from "../../executor/files/git_variables.ts";
import { NOBODY } from "../ordinary_user.ts";
import { ended } from "./observe.ts";

const PIPELINE = `
steps:
  - id: write
    type: command
    workspace: { type: worktree, branch: "feature/{{ input }}" }
    script: |
      printf 'new\\n' > new.txt
      git add new.txt
      git -c user.name=t -c user.email=t@example.invalid commit -qm 'add new.txt'
    output_artifacts: [{ name: new, path: new.txt }]
  - id: check
    type: command
    dependencies: [write]
    workspace: { type: worktree, branch: "feature/{{ input }}" }
    script: git log --format=%s -1 && cat new.txt
`;

async function repository(): Promise<Project> {
  const place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  ended(
    await place.shell(`
    printf '.wave/workspaces\\n.wave/traces\\n' > .gitignore
    git init -q -b main && git add -A
    git -c user.name=t -c user.email=t@example.invalid commit -qm first`),
  );
  return place;
}

async function git(place: Project, ...args: string[]): Promise<string> {
  const quoted = args.map((arg) => `'${arg}'`).join(" ");
  return ended(await place.shell(`git ${quoted}`)).stdout;
}

Deno.test("what a worktree step commits stays on its branch, also when the run is cleaned", async () => {
  await using place = await repository();
  const { stdout, stderr } = ended(await place.wave(["run", "p", "x", "-v"]));
  assert.match(stdout, /output +check.* add new\.txt$/m);
  // The branch is told in the log, at the end of the run and in its status.
  assert.match(stdout, /tool +write.* works on branch feature\/x$/m);
  assert.match(stderr, /^the work is on branch feature\/x$/m);
  const status = ended(await place.wave(["status", "@latest"])).stdout;
  assert.match(status, /^Branch +feature\/x$/m);
  // A pipe in the place of what git put there is not waited for.
  ended(await place.shell("cd .wave/workspaces/*/.worktrees/*/ && mv .git keep && mkfifo .git"));
  assert.doesNotMatch(ended(await place.wave(["status", "@latest"])).stdout, /Branch/);
  ended(await place.shell("cd .wave/workspaces/*/.worktrees/*/ && rm .git && mv keep .git"));
  assert.equal(await git(place, "log", "--format=%s", "feature/x"), "add new.txt\nfirst\n");
  // Only what the step committed is on the branch, and the project itself is untouched.
  assert.equal(await git(place, "diff", "--name-status", "main", "feature/x"), "A\tnew.txt\n");
  assert.equal(await git(place, "branch", "--show-current"), "main\n");
  assert.equal(await git(place, "status", "--porcelain", "--untracked-files=no"), "");
  assert.equal((await git(place, "worktree", "list")).trim().split("\n").length, 2);

  const cleaned = ended(await place.wave(["clean", "@latest", "--force"]));
  assert.match(cleaned.stderr, /^branch feature\/x stays, with what was committed on it$/m);
  assert.equal((await git(place, "worktree", "list")).trim().split("\n").length, 1);
  assert.equal(await git(place, "show", "feature/x:new.txt"), "new\n");
  // The branch can be worked on again: this time there is nothing to commit.
  ended(await place.wave(["run", "p", "x"]), 1);
  assert.match(ended(await place.wave(["logs"])).stdout, /failed +write/);
});

Deno.test("a hook that refuses a worktree without a word is told by command and exit code", async () => {
  await using place = await repository();
  const hook = ".git/hooks/post-checkout";
  await place.write(hook, "#!/bin/sh\nexit 7\n");
  await Deno.chmod(`${place.root}/${hook}`, 0o755);
  const { stderr } = ended(await place.wave(["run", "p", "x"]), 1);
  assert.match(
    stderr,
    /git worktree add failed with exit code 7 and printed no reason; a hook of the repo/,
  );
});

Deno.test("a branch that is checked out elsewhere is refused, and named", async () => {
  await using place = await repository();
  ended(
    await place.shell("git worktree add -q -b feature/x ../elsewhere-$$ 2>&1; git worktree list"),
  );
  try {
    const { stderr } = ended(await place.wave(["run", "p", "x"]), 1);
    assert.match(stderr, /Cannot make a worktree of "feature\/x": it is checked out at /);
  } finally {
    ended(
      await place.shell(
        "git worktree list --porcelain | sed -n 's/^worktree //p' | tail -1 | xargs git worktree remove --force",
      ),
    );
  }
});

Deno.test("without a repository, and with a wrong branch name, the step says so", async () => {
  await using bare = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  const none = ended(await bare.wave(["run", "p", "x"]), 1);
  assert.match(none.stderr, /the project is not a git repository/);
  await using place = await repository();
  const wrong = ended(await place.wave(["run", "p", "a..b"]), 1);
  assert.match(wrong.stderr, /"feature\/a\.\.b": this is no valid branch name/);
});

Deno.test("a worktree that cannot be made is told before any step runs", async () => {
  const steps = (branch: string, more = "") => `
steps:
  - { id: paid, type: command, script: "echo paid >> $WAVE_PROJECT/paid" }
  - id: work
    type: command
    dependencies: [paid]
    workspace: { type: worktree, branch: "${branch}" }
    ${more}
    script: test -e "$WAVE_PROJECT/ok"
`;
  await using place = await project({
    ".wave/pipelines/fixed.yaml": steps("topic"),
    ".wave/pipelines/own.yaml": steps("{{ pipeline_id }}"),
    ".wave/pipelines/maybe.yaml": steps("topic", "optional: true"),
  });
  const refused = async (pipeline: string, reason: RegExp, hint: RegExp) => {
    const { code, stdout, stderr } = await place.wave(["run", pipeline]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, reason);
    assert.match(stderr, hint);
  };
  await refused("own", /step work: the project is not a git repository/, /git init/);
  ended(await place.shell("git init -q -b main"));
  await refused("fixed", /step work: the repository has no commit yet/, /commit something/);
  ended(
    await place.shell(
      "git add wave.yaml && git -c user.name=t -c user.email=t@example.invalid commit -qm first",
    ),
  );
  assert.equal((await place.wave(["run", "fixed"])).code, 1);
  const id = (await place.wave(["list", "runs", "-q"])).stdout.trim();
  await refused("fixed", /"topic" is checked out at /, new RegExp(`hint: wave clean ${id} `));
  assert.equal((await place.wave(["run", "maybe"])).code, 0);
  await place.write("ok", "");
  // The run that has the branch may go on with it.
  ended(await place.wave(["resume", id]));
  ended(await place.wave(["run", "own"]));
  ended(await place.wave(["run", "own"]));
});

Deno.test("a step in a worktree works there, whatever repository the caller's hook names", async () => {
  await using place = await repository();
  ended(
    await place.shell("git init -q other && git -C other commit -q --allow-empty -m theirs", {
      env: {
        GIT_AUTHOR_NAME: "t",
        GIT_AUTHOR_EMAIL: "t@example.invalid",
        GIT_COMMITTER_NAME: "t",
        GIT_COMMITTER_EMAIL: "t@example.invalid",
      },
    }),
  );
  const other = `${place.root}/other/.git`;
  ended(
    await place.wave(["run", "p", "x"], {
      env: {
        GIT_DIR: other,
        GIT_INDEX_FILE: `${other}/index`,
        GIT_WORK_TREE: `${place.root}/other`,
        GIT_PREFIX: "docs/",
      },
    }),
  );
  assert.equal(await git(place, "log", "--format=%s", "feature/x"), "add new.txt\nfirst\n");
  assert.equal(await git(place, "-C", "other", "log", "--format=%s", "--all"), "theirs\n");
});

Deno.test("the list of git's own variables is git's", async () => {
  const { stdout } = await new Deno.Command("git", { args: ["rev-parse", "--local-env-vars"] })
    .output();
  const names = new TextDecoder().decode(stdout).trim().split("\n");
  const left = withoutRepository(Object.fromEntries(names.map((name) => [name, "x"])));
  assert.deepEqual(left, {});
  assert.deepEqual(withoutRepository({ GIT_SSH_COMMAND: "ssh" }), { GIT_SSH_COMMAND: "ssh" });
});

Deno.test("a repository of another owner is refused in git's words, and with what to do", async () => {
  if (Deno.uid() !== 0) return console.log("skipped: only root can give a folder away");
  await using place = await repository();
  ended(await place.shell(`chown -R ${NOBODY} .git .`));
  const env = { HOME: `${place.root}/nowhere`, GIT_CONFIG_NOSYSTEM: "1" };
  const { stderr } = ended(await place.wave(["run", "p", "x"], { env }), 1);
  assert.match(stderr, /git refuses: detected dubious ownership in repository/);
  assert.match(stderr, /hint: git config --global --add safe\.directory /);
});

Deno.test("a branch that is not at its base, and a base that is none, are refused before the first step", async () => {
  const steps = (workspace: string) => `
steps:
  - { id: before, type: command, script: "echo paid >> $WAVE_PROJECT/paid" }
  - id: work
    type: command
    workspace: { type: worktree, ${workspace} }
    script: git log --format=%s -1
`;
  await using place = await repository();
  const pipelines: Record<string, string> = {
    old: "branch: ci-work, base: HEAD",
    reused: "branch: ci-work, base: HEAD, reuse: true",
    none: "branch: new, base: nosuch",
    named: 'branch: "x/{{ input }}", base: nosuch',
  };
  for (const [name, workspace] of Object.entries(pipelines)) {
    await place.write(`.wave/pipelines/${name}.yaml`, steps(workspace));
  }
  ended(
    await place.shell(
      "git branch ci-work && git -c user.name=t -c user.email=t@example.invalid commit -q --allow-empty -m second",
    ),
  );
  const [head, old] = (await git(place, "rev-parse", "HEAD", "HEAD~1")).split("\n");
  const refused = async (name: string, ...parts: string[]) => {
    const { stderr } = ended(await place.wave(["run", name, "i"]), 1);
    for (const part of parts) assert.ok(stderr.includes(part), `${name}: ${stderr}`);
  };
  const commits = [String(old).slice(0, 10), String(head).slice(0, 10)];
  await refused("old", '"ci-work" is there already', ...commits, "reuse: true");
  await refused("none", 'there is no commit "nosuch"');
  await refused("named", 'there is no commit "nosuch"');
  assert.equal((await place.shell("cat paid")).stdout, "");
  assert.equal((await git(place, "branch", "--list", "new")).trim(), "");
  assert.match(ended(await place.wave(["run", "reused", "-v"])).stdout, /output +work.* first$/m);
});

Deno.test("clean --branches removes the branches that wave made and that hold nothing of their own", async () => {
  const commit = "git -c user.name=t -c user.email=t@example.invalid commit -q --allow-empty";
  await using place = await repository();
  await place.write(
    ".wave/pipelines/b.yaml",
    `
steps:
  - id: work
    type: command
    workspace: { type: worktree, branch: "{{ input }}" }
    script: |
      case {{ input }} in empty|out|copied) ;; *) ${commit} -m "{{ input }}" ;; esac
  - id: switch
    type: command
    dependencies: [work]
    workspace: { type: worktree, branch: "{{ input }}" }
    script: if test {{ input }} = empty; then git switch -q -c steps-own; fi
`,
  );
  ended(await place.shell("git branch theirs && git branch old"));
  for (const branch of ["merged", "based", "empty", "own.work", "theirs", "old", "out", "copied"]) {
    ended(await place.wave(["run", "b", branch]));
  }
  // Here `old` is a branch of a run that left no note, `based` is merged into its base alone, and a
  // branch of the user's is a copy of one of wave's.
  ended(
    await place.shell(
      `
    git merge -q --ff-only merged && git branch -c copied mine
    git switch -q -c elsewhere main~1 && git switch -q main
    git merge -q --no-edit theirs && ${commit} -m more
    git merge -q --no-edit based && git switch -q elsewhere`,
      {
        env: {
          GIT_AUTHOR_NAME: "t",
          GIT_AUTHOR_EMAIL: "t@example.invalid",
          GIT_COMMITTER_NAME: "t",
          GIT_COMMITTER_EMAIL: "t@example.invalid",
        },
      },
    ),
  );
  // Its run is cleaned first, so that somebody else can have the branch.
  const out = (await place.wave(["list", "runs", "-q"])).stdout.trim().split("\n")[1] ?? "";
  ended(await place.wave(["clean", out, "--force"]));
  await git(place, "worktree", "add", "-q", "co", "out");
  ended(await place.shell("printf co >> .git/info/exclude"));
  const wanted: Record<string, [boolean, RegExp]> = {
    based: [true, /^it is merged into main$/],
    copied: [true, /^nothing was committed on it$/],
    empty: [true, /^nothing was committed on it$/],
    merged: [true, /^it is merged into main$/],
    old: [false, /^nothing says that wave made it$/],
    "own.work": [false, /^it has work that is merged neither /],
    "steps-own": [false, /^nothing says that wave made it$/],
    theirs: [false, /^nothing says that wave made it$/],
  };
  const assertBranches = (stdout: string) => {
    const { branches } = JSON.parse(stdout) as {
      branches: { branch: string; removed: boolean; reason: string }[];
    };
    assert.deepEqual(branches.map(({ branch }) => branch), Object.keys(wanted));
    for (const { branch, removed, reason } of branches) {
      assert.equal(removed, wanted[branch]?.[0], `${branch}: ${reason}`);
      assert.match(reason, wanted[branch]?.[1] ?? /^$/, branch);
    }
  };
  const listed = () => git(place, "branch", "--format=%(refname:short)");
  const before = await listed();
  const preview = ["clean", "--all", "--branches", "--dry-run"];
  assertBranches(ended(await place.wave([...preview, "--format", "json"])).stdout);
  const text = ended(await place.wave(preview)).stdout;
  assert.match(text, /^would remove branch based: it is merged into main$/m);
  assert.match(text, /^branch old stays: nothing says that wave made it$/m);
  assert.doesNotMatch(ended(await place.wave([...preview, "-q"])).stdout, /based/);
  assert.equal(await listed(), before);

  const env = { GIT_DIR: `${place.root}/nowhere` };
  const cleaned = await place.wave(
    ["clean", "--all", "--branches", "--force", "--format", "json"],
    { env },
  );
  assertBranches(ended(cleaned).stdout);
  assert.deepEqual((await listed()).trim().split("\n"), [
    ...["elsewhere", "main", "mine", "old", "out", "own.work", "steps-own", "theirs"],
  ]);
  // Nothing of them is left in the repository's configuration either.
  const notes = ended(await place.shell("git config --name-only --get-regexp wave-made")).stdout;
  assert.deepEqual(notes.trim().split("\n").sort(), [
    ...["branch.mine.wave-made", "branch.out.wave-made", "branch.own.work.wave-made"],
  ]);
});

Deno.test("clean --branches keeps a branch that is checked out, and without it every branch stays", async () => {
  await using place = await repository();
  await place.write(
    ".wave/pipelines/b.yaml",
    "steps: [{ id: a, type: command, workspace: { type: worktree, branch: b }, script: 'true' }]",
  );
  ended(await place.wave(["run", "b"]));
  // The step's worktree lets go of the branch, and the project takes it.
  ended(await place.shell("git -C .wave/workspaces/*/.worktrees/b switch -q --detach"));
  await git(place, "switch", "-q", "b");
  const kept = ended(await place.wave(["clean", "--all", "--branches", "--force"])).stdout;
  assert.match(kept, /^branch b stays: it is checked out at /m);
  await git(place, "switch", "-q", "main");
  ended(await place.wave(["run", "b"]));
  ended(await place.wave(["clean", "--all", "--force"]));
  assert.equal((await git(place, "branch", "--list", "b")).trim(), "b");
  // A branch that began at a commit has no base but that; it may be merged into the project's branch.
  await place.write(
    ".wave/pipelines/c.yaml",
    `
steps:
  - id: a
    type: command
    workspace: { type: worktree, branch: c, base: main~0 }
    script: git -c user.name=t -c user.email=t@example.invalid commit -q --allow-empty -m c
`,
  );
  ended(await place.wave(["run", "c"]));
  const clean = ["clean", "--all", "--branches", "--force"];
  const preview = ended(await place.wave([...clean, "--dry-run"])).stdout;
  assert.match(preview, /^branch c stays: it has work that is merged neither /m);
  await git(place, "merge", "-q", "--ff-only", "c");
  const removed = ended(await place.wave(clean)).stdout;
  assert.match(removed, /^removed branch c: it is merged into main$/m);
  // Two empty branches are all that holds the commit that they began at: one of them stays.
  const commit = "git -c user.name=t -c user.email=t@example.invalid commit -q --allow-empty -m";
  ended(await place.shell(`git switch -q -c lone && ${commit} lone && git switch -q main`));
  await place.write(
    ".wave/pipelines/d.yaml",
    `
steps:
  - id: a
    type: command
    workspace: { type: worktree, branch: "{{ input }}", base: lone }
    script: "true"
`,
  );
  for (const branch of ["d1", "d2"]) ended(await place.wave(["run", "d", branch]));
  await git(place, "branch", "-q", "-D", "lone");
  for (const args of [[...clean, "--dry-run"], clean]) {
    const { stdout } = ended(await place.wave(args));
    assert.match(stdout, /branch d1: nothing was committed on it$/m);
    assert.match(stdout, /^branch d2 stays: no other branch or tag holds its commit$/m);
  }
});
