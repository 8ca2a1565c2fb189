import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { exportArtifacts } from "../../../commands/artifacts/export_artifacts.ts";
import { pathInWorkspace, readArtifact } from "../../../commands/artifacts/read_artifact.ts";
import type { ArtifactRecord } from "../../../state/records/records.ts";

const SECRET = "not yours";

async function withProject(
  test: (root: string, outside: string) => Promise<void>,
): Promise<void> {
  const base = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    const root = `${base}/project`;
    Deno.mkdirSync(`${root}/.wave/workspaces/r/s/docs`, { recursive: true });
    Deno.mkdirSync(`${base}/outside`);
    Deno.writeTextFileSync(`${base}/outside/secret`, SECRET);
    await test(root, `${base}/outside`);
  } finally {
    Deno.removeSync(base, { recursive: true });
  }
}

function artifact(inner: string, content: string): ArtifactRecord {
  return {
    runId: "r",
    stepId: "s",
    name: "a",
    type: null,
    path: `.wave/workspaces/r/s/${inner}`,
    sizeBytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    createdAt: 0,
    modifiedAt: 0,
  };
}

const names = (dir: string) => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();

Deno.test("exportArtifacts() writes <step>/<path within the workspace>, overwriting", async () => {
  await withProject(async (root, outside) => {
    Deno.writeTextFileSync(`${root}/.wave/workspaces/r/s/docs/a.md`, "hello");
    const dir = `${outside}/new/out`;
    const one = artifact("docs/a.md", "hello");
    for (const _ of [1, 2]) {
      const [result] = await exportArtifacts(root, [one], dir);
      assert.deepEqual(result, { artifact: one, state: "ok", path: `${dir}/s/docs/a.md` });
      assert.equal(Deno.readTextFileSync(`${dir}/s/docs/a.md`), "hello");
      assert.deepEqual(names(`${dir}/s/docs`), ["a.md"]);
    }
  });
});

Deno.test("exportArtifacts() goes on after what is missing or changed, and leaves no part of it", async () => {
  await withProject(async (root, outside) => {
    Deno.writeTextFileSync(`${root}/.wave/workspaces/r/s/changed`, "other");
    Deno.writeTextFileSync(`${root}/.wave/workspaces/r/s/good`, "good");
    const results = await exportArtifacts(
      root,
      [artifact("gone", "x"), artifact("changed", "this"), artifact("good", "good")],
      `${outside}/out`,
    );
    assert.deepEqual(results.map(({ state }) => state), ["missing", "changed", "ok"]);
    assert.deepEqual(names(`${outside}/out/s`), ["good"]);
  });
});

Deno.test("exportArtifacts() follows no link planted in the workspace", async () => {
  await withProject(async (root, outside) => {
    const workspace = `${root}/.wave/workspaces/r/s`;
    Deno.symlinkSync(`${outside}/secret`, `${workspace}/link`);
    Deno.symlinkSync(outside, `${workspace}/folder`);
    // The recorded hash even fits: what counts is that the path leads out of the workspace.
    const results = await exportArtifacts(
      root,
      [artifact("link", SECRET), artifact("folder/secret", SECRET)],
      `${outside}/out`,
    );
    assert.deepEqual(results.map(({ state }) => state), ["changed", "changed"]);
    assert.deepEqual(names(`${outside}/out/s`).filter((name) => name !== "folder"), []);
  });
});

Deno.test("exportArtifacts() writes nothing outside of the folder", async () => {
  await withProject(async (root, outside) => {
    Deno.mkdirSync(`${root}/.wave/workspaces/r/s/sub`);
    for (const name of ["a", "b", "c", "sub/d"]) {
      Deno.writeTextFileSync(`${root}/.wave/workspaces/r/s/${name}`, name);
    }
    const out = `${root}/out`;
    Deno.mkdirSync(`${out}/s`, { recursive: true });
    Deno.symlinkSync(`${outside}/secret`, `${out}/s/a`);
    Deno.symlinkSync(`${outside}/created`, `${out}/s/b`);
    Deno.mkdirSync(`${out}/s/c`);
    Deno.symlinkSync(outside, `${out}/s/sub`);
    const hostile = {
      ...artifact("a", "a"),
      path: ".wave/workspaces/r/s/../../../../../outside/x",
    };
    const results = await exportArtifacts(
      root,
      [...["a", "b", "c", "sub/d"].map((name) => artifact(name, name)), hostile],
      out,
    );
    assert.deepEqual(results.map(({ state }) => state), Array(5).fill("refused"));
    assert.deepEqual(names(outside), ["secret"]);
    assert.equal(Deno.readTextFileSync(`${outside}/secret`), SECRET);
    assert.deepEqual(names(`${out}/s`), ["a", "b", "c", "sub"]);
  });
});

Deno.test("exportArtifacts() refuses a step's folder that is a link", async () => {
  await withProject(async (root, outside) => {
    Deno.writeTextFileSync(`${root}/.wave/workspaces/r/s/a`, "a");
    Deno.mkdirSync(`${root}/out`);
    Deno.symlinkSync(outside, `${root}/out/s`);
    const [result] = await exportArtifacts(root, [artifact("a", "a")], `${root}/out`);
    assert.equal(result?.state, "refused");
    assert.deepEqual(names(outside), ["secret"]);
  });
});

Deno.test("readArtifact() tells ok, missing and changed apart", async () => {
  await withProject(async (root) => {
    Deno.writeTextFileSync(`${root}/.wave/workspaces/r/s/a`, "a");
    assert.equal(await readArtifact(root, artifact("a", "a")), "ok");
    assert.equal(await readArtifact(root, artifact("a", "b")), "changed");
    assert.equal(await readArtifact(root, artifact("b", "b")), "missing");
    assert.equal(await readArtifact(root, artifact("a/b", "b")), "missing");
    assert.equal(await readArtifact(root, artifact("docs", "b")), "changed");
  });
});

Deno.test("pathInWorkspace() is null for whatever lies outside of a step's workspace", () => {
  const cases: [string, string | null][] = [
    [".wave/workspaces/r/s/a/b.md", "a/b.md"],
    [".wave/workspaces/r/s/2/b.md", "2/b.md"],
    [".wave/workspaces/r/s", null],
    [".wave/workspaces/r/s/../x", null],
    ["/etc/passwd", null],
    ["out/a.md", null],
    [".wave/workspaces/r//s/a", null],
  ];
  for (const [path, inner] of cases) assert.equal(pathInWorkspace(path), inner);
});

Deno.test("exportArtifacts() keeps who may read and execute a file", async () => {
  await withProject(async (root, outside) => {
    for (const mode of [0o600, 0o644, 0o755, 0o700]) {
      const file = `${root}/.wave/workspaces/r/s/a`;
      Deno.writeTextFileSync(file, "a");
      Deno.chmodSync(file, mode);
      await exportArtifacts(root, [artifact("a", "a")], outside);
      assert.equal((Deno.statSync(`${outside}/s/a`).mode ?? 0) & 0o777, mode);
    }
  });
});

Deno.test("exportArtifacts() removes what a killed export left, not what another one is writing", async () => {
  await withProject(async (root, outside) => {
    Deno.writeTextFileSync(`${root}/.wave/workspaces/r/s/docs/a.md`, "hello");
    const folder = `${outside}/out/s/docs`;
    Deno.mkdirSync(folder, { recursive: true });
    const left = `.wave-export-${crypto.randomUUID()}`;
    const written = `.wave-export-${crypto.randomUUID()}`;
    const another = ".wave-export-of-mine";
    for (const name of [left, written, another]) {
      Deno.writeTextFileSync(`${folder}/${name}`, "part");
    }
    using file = Deno.openSync(`${folder}/${written}`, { read: true });
    file.lockSync(true);
    const [result] = await exportArtifacts(
      root,
      [artifact("docs/a.md", "hello")],
      `${outside}/out`,
    );
    assert.equal(result?.state, "ok");
    assert.deepEqual(names(folder), [another, written, "a.md"].sort());
  });
});

Deno.test("exportArtifacts() gives reasons without the numbers of the runtime", async () => {
  await withProject(async (root, outside) => {
    Deno.writeTextFileSync(`${root}/.wave/workspaces/r/s/docs/a.md`, "hello");
    const one = artifact("docs/a.md", "hello");
    await assert.rejects(
      exportArtifacts(root, [one], `${outside}/secret/below`),
      (error: Error) =>
        /^Cannot export to ".*": /.test(error.message) && !/os error/.test(error.message),
    );
    // A folder name longer than any file system takes.
    const [result] = await exportArtifacts(root, [{ ...one, stepId: "s".repeat(300) }], outside);
    assert(result?.state === "refused");
    assert.match(result.reason, /name too long/i);
    assert.doesNotMatch(result.reason, /os error/);
  });
});
