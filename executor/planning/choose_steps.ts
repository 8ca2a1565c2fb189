/** Which steps of a pipeline run, where some were chosen on the command line. */
import { NotFoundError, UsageError } from "../../event/errors.ts";
import { suggest } from "../../event/closest.ts";
import { globMatches } from "../../event/glob.ts";
import type { RunOptions } from "../../event/run_options.ts";
import { type Edge, isForFailure } from "../language/model/edge.ts";
import type { Pipeline, Step } from "../language/model/pipeline.ts";
import { expressionsIn } from "../language/template/template.ts";
import { allSteps } from "./planned_steps.ts";

export interface StepChoice {
  readonly steps?: RunOptions["steps"] | undefined;
  readonly exclude?: RunOptions["exclude"] | undefined;
}

/**
 * The steps that were not chosen, by id, those of loops with their loop; null where nothing was chosen. A step
 * that only stands in for another one (`rework_only`) is there for whichever runs.
 *
 * @throws {NotFoundError} `step_not_found` for what matches no step.
 * @throws {UsageError} `nothing_chosen`, and `bad_value` for a step that cannot be chosen by itself.
 */
export function notChosen(
  { steps }: Pick<Pipeline, "steps">,
  choice: StepChoice,
): ReadonlySet<string> | null {
  if (choice.steps === undefined && choice.exclude === undefined) return null;
  const named = (patterns: readonly string[], option: string) =>
    new Set(patterns.flatMap((pattern) => matching(pattern, steps, option)));
  const only = choice.steps === undefined ? null : named(choice.steps, "--steps");
  const without = named(choice.exclude ?? [], "--exclude");
  const isLeftOut = ({ id, reworkOnly }: Step) =>
    !reworkOnly && (without.has(id) || only?.has(id) === false);
  const left = steps.filter(isLeftOut);
  if (left.length === steps.filter(({ reworkOnly }) => !reworkOnly).length) {
    throw new UsageError("nothing_chosen", "Cannot run without a step: none was chosen", {
      hint: `steps: ${steps.map(({ id }) => id).join(", ")}`,
    });
  }
  return new Set([...allSteps(left)].map(({ id }) => id));
}

function matching(pattern: string, steps: readonly Step[], option: string): string[] {
  const found = steps.filter(({ id }) => globMatches(pattern, id));
  if (found.length > 0) {
    const standIn = found.find(({ reworkOnly }) => reworkOnly);
    if (standIn === undefined || found.length > 1) return found.map(({ id }) => id);
    throw new UsageError(
      "bad_value",
      `Cannot use "${pattern}" as ${option}: it runs only in place of a step that fails`,
      { hint: "choose that step" },
    );
  }
  const loop = steps.find((step) =>
    step.action.kind === "loop" && [...allSteps([step])].some(({ id }) => id === pattern)
  );
  if (loop !== undefined) {
    throw new UsageError(
      "bad_value",
      `Cannot use "${pattern}" as ${option}: it is part of ${loop.id}`,
      { hint: `choose ${loop.id}` },
    );
  }
  const ids = steps.map(({ id }) => id);
  const meant = suggest(pattern, ids);
  throw new NotFoundError("step_not_found", `There is no step "${pattern}"`, {
    hint: meant === null ? `steps: ${ids.join(", ")}` : `did you mean "${meant}"?`,
  });
}

/** True when a step cannot do without the result of another: an artifact, a value, a workspace, a list. */
export function needsResultOf(step: Step, id: string): boolean {
  return [...allSteps([step])].some((each) => {
    const { action, workspace, injectArtifacts, dependencies, each: items } = each;
    if (injectArtifacts.some((one) => one.step === id && !one.optional)) return true;
    if (workspace.kind === "shared") return workspace.step === id;
    if (workspace.mounts.some(({ subsetFrom }) => subsetFrom?.step === id)) return true;
    if (items?.source.kind === "artifact" && items.source.step === id) return true;
    // It gets what its dependencies made, whatever that is.
    const hands = action.kind === "pipeline" && action.inject === null;
    return hands && dependencies.includes(id);
  }) || expressionsIn(step.definition).some(({ path }) => `.${path}.`.includes(`.${id}.`));
}

/** What chosen steps need of others that were not chosen, by those. */
export function neededOf(
  { steps }: Pick<Pipeline, "steps">,
  leftOut: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const needed = new Map<string, string[]>();
  for (const step of steps) {
    if (leftOut.has(step.id)) continue;
    for (const id of step.dependencies) {
      if (!leftOut.has(id) || !needsResultOf(step, id)) continue;
      needed.set(id, [...needed.get(id) ?? [], step.id]);
    }
  }
  return needed;
}

/**
 * The pipeline without the steps that are left out. What waited for one of them waits for what that waited
 * for. A gate's choice that leads to one of them fails, as does an edge for a failure, because nobody could go
 * on from there; another edge leads on as the dependencies say.
 */
export function withoutSteps(pipeline: Pipeline, leftOut: ReadonlySet<string>): Pipeline {
  if (leftOut.size === 0) return pipeline;
  const byId = new Map(pipeline.steps.map((step) => [step.id, step]));
  const before = (step: Step, seen: Set<string>): string[] =>
    step.dependencies.flatMap((id) => {
      const other = byId.get(id);
      if (!leftOut.has(id) || other === undefined) return [id];
      if (seen.has(id)) return [];
      seen.add(id);
      return before(other, seen);
    });
  const steps = pipeline.steps.filter(({ id }) => !leftOut.has(id)).map((step): Step => ({
    ...step,
    dependencies: [...new Set(before(step, new Set()))],
    entries: step.entries.filter((id) => !leftOut.has(id)),
    edges: step.edges.map((edge, index): Edge => {
      if (edge.target.kind !== "step" || !leftOut.has(edge.target.step)) return edge;
      const isMending = isForFailure(edge, step.edges.slice(0, index));
      return { ...edge, target: { kind: isMending ? "fail" : "next" } };
    }),
    ...step.action.kind === "gate"
      ? {
        action: {
          ...step.action,
          choices: step.action.choices.map((choice) =>
            choice.target.kind === "step" && leftOut.has(choice.target.step)
              ? { ...choice, target: { kind: "fail" } as const }
              : choice
          ),
        },
      }
      : {},
  }));
  return { ...pipeline, steps };
}
