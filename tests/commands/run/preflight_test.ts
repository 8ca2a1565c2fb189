import assert from "node:assert/strict";
import { project } from "../../cli.ts";

const MANIFEST = `
adapters: { there: { binary: cat }, gone: { binary: no-such-agent } }
personas: { there: { adapter: there }, gone: { adapter: gone } }
`;
const prompt = (id: string, persona: string, more = "") =>
  `  - { id: ${id}, persona: ${persona}, exec: { type: prompt, source: x }${more} }\n`;
const script = (id: string) => `  - { id: ${id}, type: command, script: "true" }\n`;
const REVIEW = ", handover: { contract: { type: agent_review, persona: gone, criteria: [x] } }";

Deno.test("an agent that is not installed is told before any step runs", async () => {
  await using place = await project({
    "wave.yaml": MANIFEST,
    ".wave/pipelines/last.yaml": `steps:\n${prompt("a", "there")}${
      prompt("b", "gone", ", dependencies: [a]")
    }`,
    ".wave/pipelines/review.yaml": `steps:\n${prompt("b", "there", REVIEW)}`,
    // What a script may install, and what may fail, is left to the run.
    ".wave/pipelines/behind.yaml": `steps:\n${script("a")}${
      prompt("b", "gone", ", dependencies: [a]")
    }`,
    ".wave/pipelines/maybe.yaml": `steps:\n${prompt("b", "gone", ", optional: true")}`,
  });
  for (const args of [["run", "last"], ["run", "review"], ["do", "x", "--persona", "gone"]]) {
    const { code, stdout, stderr } = await place.wave(args);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /Cannot start the agent of step \w+: there is no program "no-such-agent"/);
  }
  assert.equal((await place.wave(["list", "runs", "-q"])).stdout, "");
  assert.equal((await place.wave(["run", "last", "--mock"])).code, 0);
  assert.match((await place.wave(["run", "behind"])).stdout, /failed +b .*not found in PATH/);
  assert.equal((await place.wave(["run", "maybe"])).code, 0);
});

Deno.test("a key that does not reach its agent is told by doctor, and before any step runs", async () => {
  await using place = await project({
    "wave.yaml": `
adapters: { claude: { binary: claude } }
personas: { a: { adapter: claude } }
`,
    "bin/claude": "#!/bin/sh\necho Invalid API key >&2; exit 1\n",
    "home/x": "",
    ".wave/pipelines/p.yaml": `steps:\n${prompt("a", "a")}`,
  });
  Deno.chmodSync(`${place.root}/bin/claude`, 0o755);
  const env = {
    ...{ PATH: `${place.root}/bin:${Deno.env.get("PATH")}`, HOME: `${place.root}/home` },
    ANTHROPIC_API_KEY: "k",
  };
  const UNNAMED = "ANTHROPIC_API_KEY is set, but adapters.claude.env does not name it";
  const doctor = await place.wave(["doctor", "-q"], { env });
  assert.match(doctor.stdout, new RegExp(`^warn +keys +${UNNAMED}; write env: `, "m"));
  assert.equal(doctor.code, 0);
  const run = await place.wave(["run", "p"], { env });
  if (Deno.build.os === "linux") {
    assert.deepEqual([run.code, run.stdout], [1, ""]);
    assert.ok(run.stderr.includes(`Cannot start the agent of step a: ${UNNAMED}\n`), run.stderr);
  }
  assert.equal((await place.wave(["run", "p", "--mock"], { env })).code, 0);
  await place.write(
    "wave.yaml",
    `
adapters: { claude: { binary: claude, env: [ANTHROPIC_API_KEY] } }
personas: { a: { adapter: claude } }
`,
  );
  assert.equal((await place.wave(["doctor", "-q"], { env })).stdout, "");
  const wrong = await place.wave(["run", "p"], { env });
  assert.match(wrong.stdout, /Invalid API key; it got ANTHROPIC_API_KEY: check the value/);
});

Deno.test("a persona whose system prompt is not there is told before any step runs", async () => {
  await using place = await project({
    "wave.yaml": `
adapters: { there: { binary: cat } }
personas:
  gone: { adapter: there, system_prompt_file: gone.md }
  folder: { adapter: there, system_prompt_file: folder }
`,
    "folder/x": "",
    ".wave/pipelines/gone.yaml": `steps:\n${prompt("a", "gone")}`,
    ".wave/pipelines/folder.yaml": `steps:\n${prompt("a", "folder")}`,
  });
  for (const [name, file] of [["gone", "gone.md"], ["folder", "folder"]] as const) {
    const { code, stdout, stderr } = await place.wave(["run", name]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, new RegExp(`system prompt of persona ${name}: there is no file ${file}`));
  }
});
