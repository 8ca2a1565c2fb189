/** Where a run goes on behind a step (`edges`), validated. */
import type { Position } from "./source_text.ts";

/** Taken when its condition holds and that of no edge before it does. */
export interface Edge {
  readonly position: Position;
  readonly target: EdgeTarget;
  /** Null: holds always, of a step's failure only behind an edge for its success. */
  readonly condition: EdgeCondition | null;
}

export type EdgeTarget =
  | { readonly kind: "step"; readonly step: string }
  /** `next`: as the dependencies say; `complete`: nothing more starts, and the run has completed. */
  | { readonly kind: "next" | "fail" | "complete" };

export type EdgeCondition =
  | { readonly kind: "outcome"; readonly outcome: EdgeOutcome }
  /** A field of the JSON that the step delivered, as text. */
  | { readonly kind: "context"; readonly field: readonly string[]; readonly value: string };

export type EdgeOutcome = "success" | "failure";

/**
 * True when some edge leads on from the step's failure, which then does not fail the run. An edge without
 * a condition does so only where an edge before it is for the success: alone it is the order of steps, and
 * nobody deploys what could not be built because the one stands behind the other.
 */
export function leadOnFromFailure(edges: readonly Edge[]): boolean {
  return edges.some((edge, index) => isForFailure(edge, edges.slice(0, index)));
}

/** True for an edge that a failure takes; `before` are the edges in front of it. */
export function isForFailure({ condition }: Edge, before: readonly Edge[]): boolean {
  if (condition?.kind === "outcome") return condition.outcome === "failure";
  return condition === null && before.some(isForSuccess);
}

function isForSuccess({ condition }: Edge): boolean {
  return condition?.kind === "outcome" && condition.outcome === "success";
}
