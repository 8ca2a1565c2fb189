/** The examples of every command, as help and the reference print them, run. */
import assert from "node:assert/strict";
import { COMMANDS } from "../../commands/registry.ts";
import { prepare, setUp, setUpAll } from "./command_scenes.ts";
import { builtProgram } from "../built_program.ts";
import { Scene } from "./scene.ts";

/** Those that end otherwise than with 0, and why. */
const EXITS: Readonly<Record<string, readonly [code: number, stderr: RegExp]>> = {
  // It asks on a terminal, and there is none.
  "wave clean --all": [1, /--force/],
};

/** Those that another program is needed for. */
const SHELLS: Readonly<Record<string, string>> = {
  'eval "$(wave completions zsh)"': "zsh",
};

/** Those that wait for a run that somebody starts. */
const NEXT = "wave logs -f --next --exit-status";

async function isThere(scene: Scene, program: string): Promise<boolean> {
  return (await scene.bash(`command -v ${program}`)).code === 0;
}

/** Run ids in examples are of a year, and may be of a day: the runs here are of today. */
function today(command: string): string {
  return command.replaceAll(/-2026\d*/g, `-${new Date().getFullYear()}`);
}

async function runExample(scene: Scene, command: string): Promise<void> {
  const shell = SHELLS[command];
  if (shell !== undefined && !(await isThere(scene, shell))) {
    console.log(`skipped: ${command}: ${shell} is not here`);
    return;
  }
  let script = today(command);
  if (shell === "zsh") script = `zsh -fc 'autoload -U compinit; compinit -u; ${script}'`;
  // Runs begin until one was the next one.
  if (command === NEXT) {
    script = `${script} & follower=$!
      while kill -0 $follower 2>/dev/null; do wave run hello-world hi -q >/dev/null; done
      wait $follower`;
  }
  const { code, stdout, stderr } = await scene.bash(script);
  const [expected, told] = EXITS[command] ?? [0, /(?:)/];
  assert.equal(code, expected, `${command}\n${stdout}${stderr}`);
  assert.match(stderr, told);
}

Deno.test("the examples of every command run", async (t) => {
  const listed = COMMANDS.filter(({ examples }) => examples.length > 0);
  await using first = await Scene.open(builtProgram());
  await setUpAll(first);
  for (const { name, examples } of listed) {
    await t.step(name, async (t) => {
      await using scene = await Scene.open(builtProgram(), first);
      await setUp(scene, name);
      for (const { command } of examples) {
        await t.step(command, async () => {
          await prepare(scene, name);
          await runExample(scene, command);
        });
      }
    });
  }
});
