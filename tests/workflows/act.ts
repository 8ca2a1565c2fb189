/** Runs workflows on this machine with `act`, in a copy of what they need, with stand-ins for the actions. */
import { parse } from "yaml";

/** The path of a program that checks workflows, or null, with the reason printed. */
export function findTool(name: string): string | null {
  const { HOME = "", PATH = "", WAVE_TEST_TOOLS } = Deno.env.toObject();
  const folders = [WAVE_TEST_TOOLS ?? `${HOME}/.cache/wave-tools`, ...PATH.split(":")];
  for (const folder of folders) {
    try {
      if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  console.log(`skipped: ${name} is not here; tests/workflows/install_tools.sh installs it`);
  return null;
}

/** What a stand-in for an action does, as a shell script; its inputs are variables such as `INPUT_PATH`. */
export type Actions = Readonly<Record<string, string>>;

function standIn(script: string): string {
  const inputs = [...new Set(script.match(/INPUT_[A-Z_]+/g))];
  const name = (variable: string) =>
    variable.slice("INPUT_".length).toLowerCase().replaceAll("_", "-");
  return JSON.stringify({
    name: "stand-in",
    description: "stands in for an action that only the network has",
    inputs: Object.fromEntries(inputs.map((input) => [name(input), { required: false }])),
    runs: {
      using: "composite",
      steps: [{
        shell: "bash",
        run: script,
        env: Object.fromEntries(inputs.map((input) => [input, `\${{ inputs.${name(input)} }}`])),
      }],
    },
  });
}

/** Every action that a workflow uses, as `owner/name@ref`, those of its own repository left out. */
export function usedActions(workflow: string): string[] {
  const found = workflow.matchAll(/^\s*-? *uses: *([^\s#.][^\s#]*)/gm);
  return [...new Set([...found].map(([, action = ""]) => action))];
}

/** The actions of a workflow and of those beside it, which it may call. */
async function actionsBeside(path: string): Promise<string[]> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const texts = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`)
    .map((each) => Deno.readTextFile(each));
  return [...new Set((await Promise.all(texts)).flatMap(usedActions))];
}

export interface ActOptions {
  readonly act: string;
  /** A git repository with the workflow in it. */
  readonly folder: string;
  /** The workflow's path below the folder. */
  readonly workflow: string;
  /** By `owner/name`. An action that is not named does nothing. */
  readonly actions?: Actions;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables of the project, as `vars` has them. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The ref that was pushed; a branch unless told. */
  readonly ref?: string;
}

/**
 * Runs the jobs of a workflow as if this machine were each of the systems that they name; of a matrix, only
 * those of `ubuntu-latest`. Returns the exit code and what act printed.
 */
export async function runAct(
  { act, folder, workflow, actions = {}, env = {}, variables = {}, ref = "refs/heads/main" }:
    ActOptions,
): Promise<{ code: number; text: string }> {
  const place = await Deno.makeTempDir({ prefix: "wave-act-" });
  try {
    const replaced: string[] = [];
    for (const [index, action] of (await actionsBeside(`${folder}/${workflow}`)).entries()) {
      const [name = ""] = action.split("@");
      // Act takes the folder as it is for a checkout.
      if (name === "actions/checkout") continue;
      const home = `${place}/action-${index}`;
      await Deno.mkdir(home);
      await Deno.writeTextFile(`${home}/action.yml`, standIn(actions[name] ?? "true"));
      replaced.push("--local-repository", `${action}=${home}`);
    }
    await Deno.writeTextFile(`${place}/event.json`, JSON.stringify({ ref }));
    const { PATH = "" } = Deno.env.toObject();
    const all = { HOME: `${place}/home`, PATH, ...env };
    await Deno.mkdir(all.HOME, { recursive: true });
    const output = await new Deno.Command(act, {
      args: [
        ...["push", "--workflows", workflow, "--eventpath", `${place}/event.json`],
        ...["ubuntu-latest", "windows-latest"].flatMap((name) => [
          ...["--platform", `${name}=-self-hosted`],
        ]),
        ...["--matrix", "os:ubuntu-latest"],
        ...replaced,
        ...Object.entries(all).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
        ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}=${value}`]),
      ],
      cwd: folder,
      clearEnv: true,
      env: all,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    const printed = decoder.decode(output.stdout) + decoder.decode(output.stderr);
    return { code: output.code, text: printed };
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

/** Makes a folder a git repository with everything in it committed, as act wants it. */
export async function commitAll(folder: string): Promise<void> {
  const script = "git init -q -b main && git add -A && " +
    "git -c user.name=test -c user.email=test@localhost commit -q -m all && " +
    "git remote add origin https://github.com/test/test.git";
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-c", script],
    cwd: folder,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** The commands of a workflow's jobs, by job, in their order. */
export function commandsOf(workflow: string): Record<string, string[]> {
  const { jobs } = parse(workflow);
  return Object.fromEntries(
    Object.entries<{ steps?: { run?: string }[] }>(jobs).map(([name, { steps = [] }]) => [
      name,
      steps.flatMap(({ run }) => run === undefined ? [] : [run.trim()]),
    ]),
  );
}
