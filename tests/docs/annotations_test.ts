/** What GitHub Actions makes of a broken pipeline and a failed run, by act where it is. */
import assert from "node:assert/strict";
import { builtProgram } from "../built_program.ts";
import { commitAll, findTool, runAct } from "../workflows/act.ts";
import { Scene } from "./scene.ts";

const FAILING = `steps:
  - id: plan
    type: command
    script: |
      echo "100% wrong" >&2
      exit 3
`;
const BROKEN = "steps:\n  - id: a\n    type: command\n    scrpt: x\n";
const WORKFLOW = `name: failing
on: push
jobs:
  failing:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: wave validate
        continue-on-error: true
      - run: wave run failing || cp "$GITHUB_STEP_SUMMARY" "$KEPT"
`;

Deno.test("act reads the annotations of mistakes and failures as commands, and finds the summary", async () => {
  const act = findTool("act");
  if (act === null) return;
  await using scene = await Scene.open(builtProgram());
  await scene.must("wave init");
  await scene.write(".wave/pipelines/failing.yaml", FAILING);
  await scene.write(".wave/pipelines/broken.yaml", BROKEN);
  const workflow = ".github/workflows/failing.yml";
  await scene.write(workflow, WORKFLOW);
  await commitAll(scene.root);
  const kept = `${scene.root}/../summary.md`;
  const env = { ...scene.env, KEPT: kept };
  const { code, text } = await runAct({ act, folder: scene.root, workflow, env });
  assert.equal(code, 0, text);
  // Act shows what it takes for a command behind this sign, and the rest behind a line.
  const command = (place: string, message: string) =>
    new RegExp(`❗  ::error file=\\.wave/pipelines/${place}.*::${message}`);
  assert.match(text, command("broken\\.yaml,line=4,col=5", 'there is no key "scrpt" here'));
  assert.match(text, command("failing\\.yaml,line=2,", "exit code 3: 100%25 wrong"));
  assert.match(await Deno.readTextFile(kept), /^### failing: failed$/m);
});
