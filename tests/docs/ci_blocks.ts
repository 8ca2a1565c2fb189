/** Runs what CI services are given, by hand: the commands of each job in their order, as the service would. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { commitAll, findTool, runAct } from "../workflows/act.ts";
import type { Scene } from "./scene.ts";

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly steps?: readonly Step[];
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly after_script?: readonly string[];
  readonly artifacts?: { readonly paths?: readonly string[]; readonly reports?: object };
}

/** What the expressions of a workflow stand for: variables of the project, and a title. */
const filled = (text: string, { env }: Scene) =>
  text.replaceAll(/\$\{\{ *vars\.(\w+) *\}\}/g, (_, name) => env[name] ?? "")
    .replaceAll(/\$\{\{[^}]*\}\}/g, "a change");

/** The steps of a job of GitHub Actions; those that run always, after a failure, too. */
async function runSteps(scene: Scene, steps: readonly Step[]): Promise<void> {
  const summary = `${scene.root}/../summary.md`;
  await Deno.writeTextFile(summary, "");
  for (const { run, env = {} } of steps) {
    if (run === undefined) continue;
    const values = Object.entries(env).map(([name, value]) => [name, filled(value, scene)]);
    const answer = await scene.bash(run, {
      shell: ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
      env: {
        ...{ CI: "true", GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: scene.root },
        ...{ GITHUB_STEP_SUMMARY: summary, GITHUB_PATH: "/dev/null" },
        ...Object.fromEntries(values),
      },
    });
    assert.equal(answer.code, 0, `${run}\n${answer.stdout}${answer.stderr}`);
  }
  if (steps.some(({ run }) => run?.includes("wave run"))) {
    assert.match(await Deno.readTextFile(summary), /^### .+: completed$/m);
  }
}

/** The scripts of a job of GitLab, and the files that it keeps. */
async function runScripts(scene: Scene, job: Job): Promise<void> {
  const { before_script = [], script = [], after_script = [] } = job;
  const main = await scene.bash([...before_script, ...script].join("\n"), {
    shell: ["sh", "-e"],
    env: { CI: "true", CI_MERGE_REQUEST_TITLE: "a change" },
  });
  assert.equal(main.code, 0, main.stdout + main.stderr);
  const after = await scene.bash(after_script.join("\n"), { shell: ["sh"], env: { CI: "true" } });
  assert.equal(after.code, 0, after.stderr);
  const { paths = [], reports = {} } = job.artifacts ?? {};
  for (const path of [...paths, ...Object.values(reports)]) {
    await Deno.stat(`${scene.root}/${path}`);
  }
}

/** The whole workflow by act, where it is; the actions that need the network are stood in for. */
async function runByAct(scene: Scene, text: string): Promise<void> {
  const act = findTool("act");
  if (act === null) return;
  const workflow = ".github/workflows/pipelines.yml";
  await using other = await scene.another();
  await other.write(workflow, text);
  await other.must("wave init");
  await other.must(`cp -R '${scene.root}/.wave/pipelines' .wave`);
  await commitAll(other.root);
  const { code, text: printed } = await runAct({
    ...{ act, folder: other.root, workflow, env: other.env, variables: other.env },
    actions: { "actions/upload-artifact": 'for path in $INPUT_PATH; do test -e "$path"; done' },
  });
  assert.equal(code, 0, printed);
}

/** A workflow, a step of one, or the jobs of a `.gitlab-ci.yml`. */
export async function runCiBlock(scene: Scene, text: string): Promise<void> {
  const value: unknown = parse(text);
  if (Array.isArray(value)) return await runSteps(scene, value);
  const page: Readonly<Record<string, unknown>> = Object(value);
  if ("jobs" in page) {
    for (const job of Object.values<Job>(Object(page["jobs"]))) {
      await runSteps(scene, job.steps ?? []);
    }
    return await runByAct(scene, text);
  }
  const jobs = Object.values(page).map((job): Job => Object(job))
    .filter(({ script }) => script !== undefined);
  assert.ok(jobs.length > 0, "a block of YAML that is nothing known");
  for (const job of jobs) await runScripts(scene, job);
}
