/** Where the edges of a graph lead on from a step that failed. Pure. */
import { leadOnFromFailure } from "../language/model/edge.ts";
import type { Step } from "../language/model/pipeline.ts";

type Steps = ReadonlyMap<string, Step>;

/** True when the run goes on although the step fails: by its own edge, or by a step that only routes. */
export function leadsOn(step: Step, steps: Steps): boolean {
  return leadOnFromFailure(step.edges) || routersOf(step.id, steps).length > 0;
}

/** The steps that route a failure of the step. */
export function routersOf(id: string, steps: Steps): Step[] {
  return [...steps.values()].filter(({ routes, edges, dependencies, entries }) =>
    routes && dependencies.includes(id) && !entries.includes(id) && leadOnFromFailure(edges)
  );
}

/** True when the run comes, or may come, from `target` to the step again: along edges and dependencies. */
export function leadsBack(target: string, id: string, steps: Steps): boolean {
  const behind = new Set([target]);
  // Grows while it is walked.
  for (const each of behind) {
    for (const { target: next } of steps.get(each)?.edges ?? []) {
      if (next.kind === "step") behind.add(next.step);
    }
    for (const { id: next, dependencies } of steps.values()) {
      if (dependencies.includes(each)) behind.add(next);
    }
  }
  return behind.has(id);
}
