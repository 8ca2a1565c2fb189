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
