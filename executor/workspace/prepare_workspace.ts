/** Prepares where an attempt works: its workspace, worktree, mounts, and the artifacts given to it. */
import { basename, join, relative } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { OperationError } from "../../event/errors.ts";
import type { AttemptFolders } from "./declared_artifacts.ts";
import { relativePath } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";
import { checkSchemaFile } from "../files/json_schema.ts";
import { excludeFromGit } from "../files/git_exclude.ts";
import type { Mount, Step } from "../language/model/pipeline.ts";
import { expand, type Lookup } from "../language/template/template.ts";
import type { StepArtifact } from "../run/step_results.ts";
import { requireMet } from "../run/unmet_condition.ts";
import { readValue } from "./template_values.ts";
import { mount } from "./mount.ts";
import { handOver, injectArtifacts, type InjectedArtifact } from "./stage_artifacts.ts";

/** The folder of published pipelines and of what their steps hand on. */
const AGENTS = ".agents";

export interface PreparedFolders extends AttemptFolders {
  /** Where scripts and test suites run: in what is mounted first, else as agents do. */
  readonly commandCwd: string;
  /** What processes get besides the usual environment. */
  readonly env: Readonly<Record<string, string>>;
  /** True where the step works in a worktree, or in the folder of another step. */
  readonly inWorktree: boolean;
  /** Paths of the injected artifacts, relative to where the step works. */
  readonly injected: readonly string[];
}

/**
 * Fills the new, empty `workspace` of an attempt.
 *
 * @throws {WaveError} saying what is missing or not allowed.
 */
export async function prepareWorkspace(
  context: RunContext,
  step: Step,
  workspace: string,
  lookup: Lookup,
): Promise<PreparedFolders> {
  const base = await workingFolder(context, step, workspace, lookup);
  const mounts = step.workspace.kind === "shared" ? [] : step.workspace.mounts;
  const targets: string[] = [];
  for (const each of mounts) {
    const only = subsetOf(context, step, each);
    targets.push(await mount({ ...each, only }, workspace, context.root, context.forced));
  }
  const injections = injectionsFor(context, step);
  const injected = await injectArtifacts(injections, base, context.root);
  for (const { as, schemaPath } of step.injectArtifacts) {
    const file = injected[injections.findIndex((injection) => injection.as === as)];
    if (schemaPath === null || file === undefined) continue;
    const problem = await checkSchemaFile(join(base, file), join(context.root, schemaPath));
    if (problem === null) continue;
    throw new OperationError(
      "bad_input_artifact",
      `${file} does not fit ${schemaPath}: ${problem}`,
    );
  }
  const first = targets[0];
  const commandCwd = base === workspace && first !== undefined ? first : base;
  const isCommand = step.action.kind === "command";
  if (base === workspace) await layOut(context, step, workspace, injections);
  // What is mounted to be written to is the project itself: nothing else is put there.
  if (isCommand && commandCwd !== base && mounts[0]?.mode === "readonly") {
    await injectArtifacts(injections, commandCwd, context.root);
    await layOut(context, step, commandCwd, injections);
  }
  const env = base === workspace ? {} : await excludeFromGit(base, workspace, context.forced);
  const cwd = isCommand ? commandCwd : base;
  return { workspace, cwd, commandCwd, env, inWorktree: base !== workspace, injected };
}

async function workingFolder(
  context: RunContext,
  { id, persona, workspace: wanted }: Step,
  workspace: string,
  lookup: Lookup,
): Promise<string> {
  if (wanted.kind === "folder") return workspace;
  if (wanted.kind === "shared") {
    const cwd = context.results.get(wanted.step)?.cwd ?? null;
    if (cwd !== null) return cwd;
    // A reused step's worktree is found again by its branch.
    const from = context.steps.get(wanted.step);
    if (from?.workspace.kind === "worktree") {
      return await workingFolder(context, from, workspace, lookup);
    }
    requireMet(context.results, wanted.step, "the workspace");
    throw new OperationError(
      "no_shared_workspace",
      `step ${wanted.step} has no workspace to share`,
    );
  }
  const branch = wanted.branch === null ? "" : expand(wanted.branch, lookup).trim();
  const base = wanted.base === null ? "" : expand(wanted.base, lookup).trim();
  const name = branch === "" ? `wave/${context.options.runId}` : branch;
  const folder = await context.worktrees.get({
    branch: name,
    base: base === "" ? undefined : base,
    reuse: wanted.reuse,
  }, context.forced);
  context.emit({
    state: "tool",
    level: "info",
    step_id: id,
    persona,
    attempt: context.attempts.get(id) ?? null,
    message: `works on branch ${name}`,
    data: { tool: "worktree", branch: name },
  });
  return folder;
}

/** The files that `subset_from` names; all of them, with a warning, when there is no such artifact. */
function subsetOf(context: RunContext, step: Step, spec: Mount): string[] | undefined {
  if (spec.subsetFrom === null) return undefined;
  const { step: from, artifact, field } = spec.subsetFrom;
  requireMet(context.results, from, artifact);
  const given = context.options.inner?.artifacts.find(({ as }) => as === artifact)?.data;
  const data = completedArtifact(context, from, artifact)?.data ?? given;
  const names = data === undefined
    ? undefined
    : readValue(context.root, data, field === null ? [] : field.split("."));
  const list = typeof names === "string" ? JSON.parse(names) as unknown : names;
  if (Array.isArray(list) && list.every((name) => typeof name === "string")) return list;
  const wanted = `${from}.${artifact}${field === null ? "" : `.${field}`}`;
  context.warn(
    step.id,
    `subset_from ${wanted} is no list of paths: ${spec.source} is mounted whole`,
  );
  return undefined;
}

/** The artifact that a completed step declared under `name`. */
export function completedArtifact(
  context: RunContext,
  step: string,
  name: string,
): StepArtifact | undefined {
  return context.results.get(step)?.artifacts.find(({ data }) => data.name === name);
}

/**
 * The artifacts that `inject_artifacts` of a step and the run around this one name.
 *
 * @throws {OperationError} `input_missing` for one that is neither there nor optional.
 */
function injectionsFor(context: RunContext, step: Step): InjectedArtifact[] {
  const found: InjectedArtifact[] = [];
  for (const wanted of step.injectArtifacts) {
    const data = wantedArtifact(context, wanted);
    if (data !== null) {
      found.push({ as: wanted.as, artifact: data, step: wanted.step ?? wanted.pipeline ?? "" });
    } else {
      const from = wanted.step === null ? `pipeline ${wanted.pipeline}` : `step ${wanted.step}`;
      const missing = `the artifact ${wanted.artifact} of ${from} is not there`;
      if (!wanted.optional) {
        throw new OperationError("input_missing", missing, {
          hint: "mark the injection `optional: true` if the step can do without it",
        });
      }
      // A condition is no mishap: its pipeline says that the artifact may not be there.
      const unmet = wanted.step === null ? undefined : context.results.get(wanted.step)?.unmet;
      if (unmet === undefined) context.tolerate(step, "inject_artifacts optional: true", missing);
    }
  }
  for (const { as, data } of context.options.inner?.artifacts ?? []) {
    if (found.some((injection) => injection.as === as)) continue;
    found.push({ as, artifact: data, step: "above" });
  }
  return found;
}

function wantedArtifact(
  context: RunContext,
  { step, pipeline, artifact }: Step["injectArtifacts"][number],
): ArtifactData | null {
  if (step !== null) return completedArtifact(context, step, artifact)?.data ?? null;
  if (pipeline === null) return null;
  const { inner, findArtifact } = context.options;
  for (const run of inner?.around ?? []) {
    const data = run.artifacts.findLast(({ name }) => name === artifact);
    if (run.pipeline === pipeline && data !== undefined) return data;
  }
  return findArtifact?.(pipeline, artifact) ?? null;
}

/**
 * Two conventions of published pipelines: what the dependencies wrote below `.agents`, usually
 * `.agents/output/<name>`, stands there for this step, too; and a step that mentions `.agents/artifacts`
 * finds all that is given to it there as well. Nothing else is handed over but by `inject_artifacts`.
 */
async function layOut(
  context: RunContext,
  step: Step,
  folder: string,
  injections: readonly InjectedArtifact[],
): Promise<void> {
  const given = step.dependencies.flatMap((id) =>
    (context.results.get(id)?.artifacts ?? []).map(({ path, data }) => ({
      step: id,
      path,
      artifact: data,
    }))
  );
  const own = step.outputArtifacts;
  const published = given.filter(({ path }) => relativePath(path).startsWith(`${AGENTS}/`));
  await handOver(published, own, folder, context.root);
  const text = step.action.kind === "prompt" ? step.action.source : step.definition;
  if (!text.includes(`${AGENTS}/artifacts`)) return;
  const alias = (path: string) => join(AGENTS, "artifacts", path);
  await handOver(
    [
      ...injections.map(({ as, artifact, step }) => ({ step, artifact, path: alias(as) })),
      ...given.map((each) => ({
        ...each,
        path: alias(join(each.step, basename(each.artifact.name))),
      })),
    ],
    own,
    folder,
    context.root,
  );
}

/** How a path is recorded: relative to the project root. */
export function recordedPath(context: RunContext, path: string): string {
  return relative(context.root, path);
}
