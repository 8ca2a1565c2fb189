import assert from "node:assert/strict";
import { writeProject } from "../../commands/init/init_project.ts";
import { TEMPLATES } from "../../commands/init/templates.ts";
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
    assert.deepEqual(writeProject(root, false), { created: ALL, overwritten: [], kept: [] });
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
    const { overwritten } = writeProject(root, true);
    assert.deepEqual(overwritten, ["wave.yaml"]);
    assert.equal(Deno.readTextFileSync(`${root}/elsewhere`), "mine");
    assert.equal(Deno.readTextFileSync(`${root}/wave.yaml`), TEMPLATES["wave.yaml"]);
    assert.deepEqual(writeProject(root, true).overwritten, []);
  });
});

Deno.test("writeProject() says what it cannot write", () => {
  inFolder((root) => {
    Deno.writeTextFileSync(`${root}/.wave`, "a file");
    assert.throws(() => writeProject(root, false), { code: "init_failed", exitCode: 1 });
  });
});
