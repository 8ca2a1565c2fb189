import assert from "node:assert/strict";
import { writeProject } from "../../commands/init/init_project.ts";
import { TEMPLATES } from "../../commands/init/templates.ts";
import { call } from "../contract/in_process.ts";
import { project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";
import { validateProject } from "../../executor/language/validate_project.ts";

function inFolder(test: (root: string) => void): void {
  const root = Deno.makeTempDirSync({ prefix: "wave-init-" });
  try {
    test(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

const ALL = Object.keys(TEMPLATES);

Deno.test("writeProject() makes a project without a problem", () => {
  inFolder((root) => {
    assert.deepEqual(writeProject(root, false), {
      ...{ created: ALL, overwritten: [], kept: [], backups: [], leftOut: [] },
    });
    const { valid, diagnostics, pipelines } = validateProject(root, Deno.env.get("PATH") ?? "");
    assert.deepEqual({ valid, diagnostics }, { valid: true, diagnostics: [] });
    assert.deepEqual(pipelines, ["diamond", "draft-and-check", "hello-world", "project-report"]);
  });
});

Deno.test("writeProject() changes nothing the second time", () => {
  inFolder((root) => {
    writeProject(root, false);
    Deno.writeTextFileSync(`${root}/wave.yaml`, "mine");
    Deno.removeSync(`${root}/.wave/.gitignore`);
    const again = writeProject(root, false);
    assert.deepEqual(again.created, [".wave/.gitignore"]);
    assert.deepEqual(again.kept, ALL.filter((path) => path !== ".wave/.gitignore"));
    assert.equal(Deno.readTextFileSync(`${root}/wave.yaml`), "mine");
  });
});

Deno.test("writeProject() overwrites by force what differs, and no link's target", () => {
  inFolder((root) => {
    Deno.writeTextFileSync(`${root}/elsewhere`, "mine");
    Deno.symlinkSync("elsewhere", `${root}/wave.yaml`);
    const { overwritten, backups } = writeProject(root, true);
    assert.deepEqual([overwritten, backups], [["wave.yaml"], ["wave.yaml.bak"]]);
    assert.equal(Deno.readTextFileSync(`${root}/wave.yaml.bak`), "mine");
    assert.equal(Deno.readTextFileSync(`${root}/elsewhere`), "mine");
    assert.equal(Deno.readTextFileSync(`${root}/wave.yaml`), TEMPLATES["wave.yaml"]);
    assert.deepEqual(writeProject(root, true).overwritten, []);
    Deno.writeTextFileSync(`${root}/wave.yaml`, "mine again");
    assert.deepEqual(writeProject(root, true).backups, ["wave.yaml.bak2"]);
  });
});

Deno.test("writeProject() says what it cannot write", () => {
  inFolder((root) => {
    Deno.writeTextFileSync(`${root}/.wave`, "a file");
    assert.throws(() => writeProject(root, false), { code: "init_failed", exitCode: 1 });
  });
});

Deno.test("writeProject() makes no broken project beside somebody's own manifest", () => {
  inFolder((root) => {
    Deno.writeTextFileSync(`${root}/wave.yaml`, "metadata: { name: mine }\n");
    const { leftOut } = writeProject(root, false);
    assert.deepEqual(leftOut, [".wave/pipelines/draft-and-check.yaml"]);
    const { diagnostics } = validateProject(root, Deno.env.get("PATH") ?? "");
    assert.deepEqual(diagnostics.filter(({ severity }) => severity === "error"), []);
  });
});

Deno.test("init says what it left out or kept, and asks within another project", async () => {
  await using place = await project();
  const own = await call(place.root, ["init"]);
  assert.match(own.stderr, /^kept, as it was there already: wave\.yaml$/m);
  assert.match(
    own.stderr,
    /^left out, as your wave\.yaml has not their personas: \S+check\.yaml$/m,
  );
  const forced = await call(place.root, ["init", "--force", "--format", "json"]);
  assertSchema("init", JSON.parse(forced.stdout));
  assert.deepEqual(JSON.parse(forced.stdout).backups, ["wave.yaml.bak"]);
  const inner = `${place.root}/inner`;
  Deno.mkdirSync(inner);
  const told = `This folder lies in the project ${place.root}.`;
  const no = await call(inner, ["init"], { answer: "n" });
  assert.deepEqual([no.code, [...Deno.readDirSync(inner)]], [1, []]);
  assert.ok(no.stderr.startsWith(`${told} Make it a project of its own? [y/N] `), no.stderr);
  const yes = await call(inner, ["init", "-q"], { answer: "y" });
  assert.equal(yes.code, 0);
  const other = `${place.root}/other`;
  Deno.mkdirSync(other);
  assert.ok((await call(other, ["init"])).stderr.startsWith(`warning: ${told}\n`));
});

Deno.test("wave init writes an adapter for each agent that is installed, with the variables it needs", async () => {
  await using made = await project({ "bin/claude": "#!/bin/sh\n", "new/x": "" });
  Deno.chmodSync(`${made.root}/bin/claude`, 0o755);
  const PATH = `${made.root}/bin:/usr/bin:/bin`;
  const init = await made.wave(["init", "--force"], { env: { PATH } });
  assert.equal(init.code, 0, init.stderr);
  const manifest = Deno.readTextFileSync(`${made.root}/wave.yaml`);
  assert.match(manifest, /^ {2}claude:\n {4}binary: claude\n {4}env: \[ANTHROPIC_API_KEY, /m);
  assert(!manifest.includes("codex"));
  const listed = await made.wave(["list", "adapters"], { env: { PATH } });
  assert.match(listed.stdout, /^claude +claude +headless +yes/m);
  assert.equal((await made.wave(["validate"], { env: { PATH } })).code, 0);
});
