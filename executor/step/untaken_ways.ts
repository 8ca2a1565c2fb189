/** What becomes of steps that wait for ways that were not gone. Pure. */
import { dependsOn, NEVER_ENDED, NO_EDGE } from "../run/skip_reason.ts";
import { conditionsOf, type GraphNode, isFulfilled } from "./graph_node.ts";

interface Untaken {
  readonly reason: string;
  /** Where another way was taken. */
  readonly forks: ReadonlySet<GraphNode>;
}

/** Looks at the waiting steps of a graph in which nothing runs and nothing is ready. */
export class UntakenWays {
  readonly #untaken = new Map<GraphNode, Untaken>();

  /**
   * True when the step has to wait no longer: all that it waits for in vain are ways that were not taken, and
   * another way from the same fork, which it waits for too, was gone to its end. To be called for each
   * waiting step, behind those that it depends on.
   */
  isMeetingPoint(node: GraphNode): boolean {
    if (node.entries.size > 0 && node.enteredBy.size === 0) {
      if (![...node.entries].some((entry) => this.#mayRun(entry))) {
        this.#untaken.set(node, { reason: NO_EDGE, forks: node.entries });
      }
      return false;
    }
    const conditions = conditionsOf(node);
    if (conditions.some((before) => this.#mayRun(before))) return false;
    const missing = conditions.filter((before) => !isFulfilled(before, node));
    const cause = missing.find((before) => !this.#hasOtherWay(before, conditions));
    if (cause === undefined) return missing.length > 0;
    const untaken = this.#untaken.get(cause);
    const did = untaken === undefined ? "did not complete" : "was skipped";
    this.#untaken.set(node, {
      reason: dependsOn(cause.id, did),
      forks: untaken?.forks ?? new Set(),
    });
    return false;
  }

  /** Why the step will not run. */
  reasonOf(node: GraphNode): string {
    return this.#untaken.get(node)?.reason ?? NEVER_ENDED;
  }

  #mayRun(node: GraphNode): boolean {
    return node.state === "waiting" && !this.#untaken.has(node);
  }

  #hasOtherWay(before: GraphNode, conditions: readonly GraphNode[]): boolean {
    const forks = this.#untaken.get(before)?.forks ?? new Set();
    return conditions.some((other) =>
      other.completed && [...forks].some((fork) => isBehind(other, fork))
    );
  }
}

function isBehind(node: GraphNode, other: GraphNode): boolean {
  const before = new Set(node.dependencies);
  // Grows while it is walked.
  for (const each of before) for (const next of each.dependencies) before.add(next);
  return before.has(other);
}

/** The nodes, each behind those of them that it depends on. */
export function inOrder(nodes: readonly GraphNode[]): GraphNode[] {
  const left = new Map(nodes.map((node) => [node, 0]));
  for (const node of nodes) {
    left.set(node, node.dependencies.filter((before) => left.has(before)).length);
  }
  const ordered = nodes.filter((node) => left.get(node) === 0);
  // Grows while it is walked.
  for (const node of ordered) {
    for (const dependent of node.dependents) {
      const count = left.get(dependent);
      if (count === undefined) continue;
      left.set(dependent, count - 1);
      if (count === 1) ordered.push(dependent);
    }
  }
  return ordered;
}
