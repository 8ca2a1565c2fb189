import assert from "node:assert/strict";
import { writeProject } from "../../commands/init/init_project.ts";
import { testCommandOf } from "../../commands/init/test_command.ts";
import { schemaFiles } from "../../commands/init/schema_files.ts";
import { TEMPLATES } from "../../commands/init/templates.ts";
import { call } from "../contract/in_process.ts";
import { project } from "../cli.ts";
import { REPOSITORY } from "../start_program.ts";
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

const ALL = Object.keys({ ...TEMPLATES, ...schemaFiles() });

Deno.test("each file of wave init names its JSON Schema for editors, and that is written, too", () => {
  inFolder((root) => {
    writeProject(root, false);
    for (const path of ALL.filter((path) => path.endsWith(".yaml"))) {
      const [line = ""] = Deno.readTextFileSync(`${root}/${path}`).split("\n");
      const [, schema = ""] = /^# yaml-language-server: \$schema=(.+)$/.exec(line) ?? [];
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      const { title } = JSON.parse(Deno.readTextFileSync(`${root}/${folder}${schema}`));
      assert.match(title, path === "wave.yaml" ? /manifest/ : /pipeline/);
    }
  });
});

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
  const personas = await made.wave(["list", "personas"], { env: { PATH } });
  assert.match(personas.stdout, /^coder +claude +Read Glob Grep Write Edit +- +yes$/m);
});

Deno.test("withFoundAgents() lets a persona have no rule that its agent cannot keep", async () => {
  for (const agent of ["claude", "codex", "gemini", "opencode"]) {
    await using made = await project({ [`bin/${agent}`]: "#!/bin/sh\n" }, { bare: true });
    Deno.chmodSync(`${made.root}/bin/${agent}`, 0o755);
    writeProject(made.root, false, `${made.root}/bin`);
    const env = { PATH: `${made.root}/bin:/usr/bin:/bin` };
    const { stdout } = await made.wave(["list", "personas"], { env });
    assert.match(stdout, new RegExp(`^coder +${agent} .* yes$`, "m"));
    assert.match((await made.wave(["validate"], { env })).stdout, /: 0 errors, 0 warnings\n/);
  }
});

Deno.test("testCommandOf() goes by the files of a project, and says what it does not know", async () => {
  await using made = await project({}, { bare: true });
  assert.match(testCommandOf(made.root), /project\.test_command is to say .*exit 1$/);
  await made.write("Makefile", "");
  assert.equal(testCommandOf(made.root), "make test");
  await made.write("package.json", "{}");
  assert.equal(testCommandOf(made.root), "npm test");
  await made.write("package-lock.json", "{}");
  assert.equal(testCommandOf(made.root), "npm ci --silent && npm test");
});

Deno.test("the pipeline change-code tests a change, commits it on a branch, and asks", async () => {
  const CLAUDE = `#!/bin/sh
cat > /dev/null
# The tests refuse its first try.
if [ -e tried ]; then echo good > code.txt; else echo bad > code.txt; touch tried; fi
echo '{"type": "result", "subtype": "success", "result": "I changed code.txt"}'
`;
  await using made = await project({
    "bin/claude": CLAUDE,
    "home/.claude/.credentials.json": "{}",
    "code.txt": "good at first\n",
    "Makefile": "test:\n\tgrep -q good code.txt\n",
    ".gitignore": "bin\nhome\ntried\n.wave\n",
  }, { bare: true });
  Deno.chmodSync(`${made.root}/bin/claude`, 0o755);
  const env = {
    ...{ PATH: `${made.root}/bin:${Deno.env.get("PATH")}`, HOME: `${made.root}/home` },
    ...{ GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a" },
    ...{ GIT_COMMITTER_EMAIL: "a@b" },
  };
  const git = async (...args: string[]) => {
    const command = new Deno.Command("git", { args, cwd: made.root, env });
    const { stdout, stderr } = await command.output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  };
  await git("init", "-q", "-b", "main");
  await git("add", "-A");
  await git("commit", "-qm", "one");
  const init = await made.wave(["init"], { env });
  assert.match(init.stdout, /wave run change-code "what to change"\n$/);
  const pipeline = Deno.readTextFileSync(`${made.root}/.wave/pipelines/change-code.yaml`);
  const page = Deno.readTextFileSync(`${REPOSITORY}docs/agents.md`);
  assert.ok(page.includes(`\n${pipeline}\`\`\`\n`), "the page shows what init writes");
  await using run = made.spawn(["run", "change-code", "Do it"], { env });
  await run.waitForLine(/contract +change .* failed/);
  const asked = await run.waitForLine(/waiting for an answer: Is the change good\?/);
  const branch = /change\/\S+/.exec(asked)?.[0] ?? "";
  assert.equal(await git("log", "--format=%s", branch), "Do it\none\n");
  assert.equal((await made.wave(["approve", "@latest", "approve"], { env })).code, 0);
  const { code, stdout } = await run.result();
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`${branch}$`, "m"));
  assert.equal(await git("log", "--format=%s", "main"), "one\n");
});
