/** The annotations of `docs/ci.md`, made of what is really wrong. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { REPOSITORY } from "../start_program.ts";
import { fencedBlocks } from "./fenced_blocks.ts";
import { builtProgram } from "../built_program.ts";
import { Scene } from "./scene.ts";

const BROKEN = "steps:\n  - id: a\n    type: command\n    scrpt: x\n";
const FAILING = `
steps:
  - id: plan
    type: command
    script: |
      echo "100% wrong" >&2
      exit 3
`;

/** The script of the step of this name on the page. */
async function scriptOf(name: string): Promise<string> {
  const page = await Deno.readTextFile(`${REPOSITORY}docs/ci.md`);
  for (const { text } of fencedBlocks(page).filter(({ language }) => language === "yaml")) {
    const value: unknown = parse(text);
    if (!Array.isArray(value)) continue;
    const step = value.find((each) => each.name === name);
    if (step !== undefined) return step.run;
  }
  throw new Error(`docs/ci.md has no step "${name}"`);
}

Deno.test("the page on CI makes annotations of mistakes and failures", async () => {
  await using scene = await Scene.open(builtProgram());
  await scene.must("wave init");
  await scene.write(".wave/pipelines/failing.yaml", FAILING);
  await scene.bash("wave run failing");
  const failure = await scene.bash(await scriptOf("Say why it failed"));
  assert.equal(failure.code, 0, failure.stderr);
  assert.match(failure.stdout, /^::error title=failing::plan: .*exit code 3/m);
  assert.doesNotMatch(failure.stdout, /100% wrong/);

  await scene.write(".wave/pipelines/broken.yaml", BROKEN);
  const mistake = await scene.bash(await scriptOf("Check the pipelines"));
  assert.equal(mistake.code, 2, mistake.stderr);
  assert.equal(
    mistake.stdout,
    '::error file=.wave/pipelines/broken.yaml,line=4,col=5::there is no key "scrpt" here\n',
  );
});
