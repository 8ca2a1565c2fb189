import assert from "node:assert/strict";
import { join } from "@std/path";
import { existingInside, newInside, relativePath } from "../../../executor/files/confine.ts";
import { forgetWorktrees, hasWorktrees } from "../../../executor/files/worktrees.ts";
import { makeWorkspace } from "../../../executor/workspace/make_workspace.ts";
import type { Mount, Workspace } from "../../../executor/language/model/pipeline.ts";
import { artifact, inject, project, script } from "../fixture.ts";

const never = new AbortController().signal;

function git(folder: string, ...args: string[]): string {
  const result = new Deno.Command("git", {
    args: ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args],
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
  }).outputSync();
  assert.ok(result.success, new TextDecoder().decode(result.stderr));
  return new TextDecoder().decode(result.stdout);
}

const mounted = (parts: Partial<Mount>): Workspace => ({
  kind: "folder",
  mounts: [{ source: "./", target: "project", mode: "readonly", subsetFrom: null, ...parts }],
});

Deno.test("relativePath() keeps paths inside", () => {
  const table: [string, string | null][] = [
    ["a/b", "a/b"],
    ["./a//b/../c", "a/c"],
    ["..a", "..a"],
    ["", null],
    [".", null],
    ["a/..", null],
    ["..", null],
    ["../a", null],
    ["a/../../b", null],
    ["/etc", null],
    ["a\0b", null],
  ];
  for (const [path, expected] of table) {
    if (expected === null) {
      assert.throws(() => relativePath(path), /not inside the workspace/, path);
    } else assert.equal(relativePath(path), expected);
  }
});

Deno.test("existingInside() and newInside() follow no link out", () => {
  using it = project();
  const folder = join(it.root, "ws");
  it.write("ws/real/file", "x");
  // A file of the test's own: code that follows the link would write to it.
  it.write("outside/theirs", "theirs");
  Deno.symlinkSync(join(it.root, "outside"), join(folder, "out"));
  Deno.symlinkSync("real", join(folder, "in"));
  Deno.symlinkSync(join(it.root, "outside/theirs"), join(folder, "file"));
  assert.equal(existingInside(folder, "in/file"), join(folder, "real/file"));
  assert.equal(existingInside(folder, "none/file"), null);
  assert.throws(() => existingInside(folder, "out/theirs"), /not inside/);
  assert.throws(() => newInside(folder, "out/theirs"), /not inside/);
  assert.throws(() => newInside(folder, "in/new"), /not inside/);
  Deno.writeTextFileSync(newInside(folder, "file"), "mine");
  assert.equal(it.read("ws/file"), "mine");
  assert.equal(it.read("outside/theirs"), "theirs");
});

Deno.test("makeWorkspace() never gives a folder twice", () => {
  using it = project();
  const made = [
    makeWorkspace(it.root, "a", 1),
    makeWorkspace(it.root, "a.2", 1),
    makeWorkspace(it.root, "a", 2),
    makeWorkspace(it.root, "a", 2),
  ];
  assert.deepEqual(made.map((path) => path.slice(it.root.length + 1)), [
    "a",
    "a.2",
    "a.2-2",
    "a.2-3",
  ]);
});

Deno.test("a read-only mount is a copy, of what git does not ignore", async () => {
  for (const repository of [true, false]) {
    using it = project();
    it.write("src/a.txt", "a");
    it.write("src/b.txt", "b");
    it.write("built/b.txt", "b");
    it.write(".gitignore", "built/\n.wave/\n");
    it.write(".wave/workspaces/old/x", "x");
    Deno.symlinkSync("a.txt", join(it.root, "src/link"));
    it.write("outside", "x");
    Deno.symlinkSync(join(it.root, "outside"), join(it.root, "src/leak"));
    if (repository) git(it.root, "init", "-q");
    const result = await it.run([
      script(
        "a",
        `ls -R . > listing
        rm -f src/a.txt; echo changed > src/a.txt`,
        {
          workspace: mounted({}),
          outputArtifacts: [artifact("listing")],
        },
      ),
    ]);
    assert.equal(result.status, "completed", result.message);
    assert.equal(it.read("src/a.txt"), "a");
    const mount = join(it.root, ".wave/workspaces/test-run/a/project");
    const names = (path: string) =>
      [...Deno.readDirSync(join(mount, path))].map(({ name }) => name).sort();
    assert.deepEqual(names("src"), ["a.txt", "b.txt", "link"]);
    // By its mode: root, who may run the tests, writes to any file.
    assert.equal((Deno.statSync(join(mount, "src/b.txt")).mode ?? 0) & 0o222, 0);
    assert.deepEqual(names(".").includes("built"), !repository);
    assert.ok(!names(".").includes(".wave") || !names(".wave").includes("workspaces"));
    // The script wrote it in the mount; the artifact stands in the workspace.
    assert.equal(result.artifacts[0]?.data.path, ".wave/workspaces/test-run/a/listing");
  }
});

Deno.test("a read-write mount writes to the project, and none reaches outside of it", async () => {
  using it = project();
  it.write("src/a.txt", "a");
  const wrote = await it.run([
    script("a", "echo new > b.txt", { workspace: mounted({ source: "src", mode: "readwrite" }) }),
  ]);
  assert.equal(wrote.status, "completed", wrote.message);
  assert.equal(it.read("src/b.txt"), "new\n");
  for (
    const [source, target, mode, reason] of [
      ["../", "x", "readwrite", "it is outside the project"],
      ["away", "x", "readwrite", "it is outside the project"],
      ["away", "x", "readonly", "it is outside the project"],
      ["none", "x", "readonly", "it does not exist"],
      ["src", "../x", "readonly", "it is not inside the workspace"],
    ] as const
  ) {
    using other = project();
    using away = project();
    other.write("src/a.txt", "a");
    Deno.symlinkSync(away.root, join(other.root, "away"));
    const refused = await other.run([
      script("a", "true", { workspace: mounted({ source, target, mode }) }),
    ]);
    assert(refused.message.includes(`: ${reason}`), `${source} ${target}: ${refused.message}`);
  }
});

Deno.test("a script in a read-only mount finds there what it is given", async () => {
  using it = project();
  it.write("src/a.txt", "a");
  const result = await it.run([
    script("seed", "mkdir -p .agents/output; echo seed > .agents/output/seed", {
      outputArtifacts: [artifact(".agents/output/seed", "seed")],
    }),
    script("a", "cat src/a.txt artifacts/seed .agents/output/seed > all", {
      dependencies: ["seed"],
      workspace: mounted({}),
      injectArtifacts: [inject("seed", "seed")],
      contracts: [{
        type: "non_empty_file",
        source: "all",
        position: { line: 1, column: 1 },
        onFailure: { kind: "fail" },
        retries: false,
      }],
      outputArtifacts: [artifact("all")],
    }),
  ]);
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read(".wave/workspaces/test-run/a/all"), "aseed\nseed\n");
});

Deno.test("a step finds what it is given in artifacts/, and beside it only what stood in .agents", async () => {
  using it = project();
  const listed = "find . -type f ! -name found | sort > found";
  const result = await it.run([
    script("seed", "mkdir -p .agents/output out; tee .agents/output/a out/b < /dev/null > c", {
      outputArtifacts: [artifact(".agents/output/a", "a"), artifact("out/b", "b"), artifact("c")],
    }),
    script("given", listed, {
      dependencies: ["seed"],
      injectArtifacts: [inject("seed", "b"), inject("seed", "c")],
    }),
    script("asking", listed, {
      definition: "reads .agents/artifacts",
      dependencies: ["seed"],
      injectArtifacts: [inject("seed", "c")],
    }),
  ]);
  assert.equal(result.status, "completed", result.message);
  const found = (step: string) =>
    it.read(`.wave/workspaces/test-run/${step}/found`).trimEnd().split("\n");
  assert.deepEqual(found("given"), ["./.agents/output/a", "./artifacts/b", "./artifacts/c"]);
  assert.deepEqual(found("asking"), [
    ...[
      "./.agents/artifacts/c",
      ...["a", "b", "c"].map((name) => `./.agents/artifacts/seed/${name}`),
    ],
    ...["./.agents/output/a", "./artifacts/c"],
  ]);
});

Deno.test("a step that declares a path finds no file of another one there", async () => {
  using it = project();
  const path = ".agents/output/notes";
  const result = await it.run([
    script("first", `mkdir -p .agents/output; echo first > ${path}`, {
      outputArtifacts: [artifact(path, "notes")],
    }),
    script("again", "true", {
      dependencies: ["first"],
      outputArtifacts: [artifact(path, "notes")],
    }),
  ]);
  assert.equal(result.status, "failed");
  assert.match(result.message, /^step again failed: .*notes/);
});

Deno.test("subset_from mounts the listed files only", async () => {
  using it = project();
  for (const name of ["a", "b", "c"]) it.write(`src/${name}.txt`, name);
  const result = await it.run([
    script("list", `echo '{"changed":["src/a.txt","src/none.txt"]}' > list.json`, {
      outputArtifacts: [artifact("list.json", "list")],
    }),
    script("look", "find . -type f > seen", {
      dependencies: ["list"],
      workspace: mounted({ subsetFrom: { step: "list", artifact: "list", field: "changed" } }),
      outputArtifacts: [artifact("seen")],
    }),
  ]);
  assert.equal(result.status, "completed", result.message);
  assert.match(it.read(".wave/workspaces/test-run/look/seen"), /src\/a\.txt/);
  assert.doesNotMatch(it.read(".wave/workspaces/test-run/look/seen"), /src\/[bc]\.txt/);
});

Deno.test("worktree steps share their branch, and their commits stay when the run is gone", async () => {
  using it = project();
  git(it.root, "init", "-q", "-b", "main");
  it.write(".gitignore", ".wave/\n");
  git(it.root, "add", "-A");
  git(it.root, "commit", "-q", "-m", "first");
  const workspace: Workspace = {
    kind: "worktree",
    branch: "work/{{ input }}",
    base: null,
    mounts: [],
  };
  const commit = `git add -A && git -c user.name=t -c user.email=t@example.org commit -q -m`;
  const result = await it.run([
    script("seed", "echo seed > seed", { outputArtifacts: [artifact("seed")] }),
    script("a", `cat artifacts/seed > a.txt; ${commit} a; git status --porcelain > status`, {
      dependencies: ["seed"],
      workspace,
      injectArtifacts: [inject("seed", "seed")],
      outputArtifacts: [artifact("status")],
    }),
    script("b", `cat a.txt > b.txt; rm -f status; ${commit} b`, { dependencies: ["a"], workspace }),
  ], { input: "one" });
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read(".wave/workspaces/test-run/a/status"), "?? status\n");
  const runFolder = join(it.root, ".wave/workspaces/test-run");
  assert.equal(hasWorktrees(runFolder), true);
  Deno.removeSync(runFolder, { recursive: true });
  await forgetWorktrees(it.root, never);
  assert.equal(git(it.root, "worktree", "list").trim().split("\n").length, 1);
  assert.equal(git(it.root, "log", "--format=%s", "work/one"), "b\na\nfirst\n");
  assert.equal(git(it.root, "ls-tree", "--name-only", "work/one"), ".gitignore\na.txt\nb.txt\n");
});

Deno.test("a worktree that cannot be is a clear failure", async () => {
  const failing = async (branch: string, prepare: (root: string) => void) => {
    using it = project();
    prepare(it.root);
    const result = await it.run([
      script("a", "true", { workspace: { kind: "worktree", branch, base: null, mounts: [] } }),
    ]);
    assert.equal(result.status, "failed");
    return result.message;
  };
  const repository = (root: string) => {
    git(root, "init", "-q", "-b", "main");
    git(root, "commit", "-q", "--allow-empty", "-m", "first");
  };
  assert.match(await failing("x", () => {}), /not a git repository/);
  assert.match(await failing("-x", repository), /no valid branch name/);
  assert.match(await failing("a..b", repository), /no valid branch name/);
  assert.match(await failing("main", repository), /it is checked out at/);
});
