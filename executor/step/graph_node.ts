/** A step in the graph of a run, and when it may start. */

export interface GraphNode {
  readonly index: number;
  readonly id: string;
  readonly free: boolean;
  readonly routes: boolean;
  readonly dependencies: GraphNode[];
  readonly dependents: GraphNode[];
  readonly entries: Set<GraphNode>;
  /** Those of the entries whose edges lead to it. */
  readonly enteredBy: Set<GraphNode>;
  waitsFor: number;
  completed: boolean;
  /** True while it runs and has given its turn to others. */
  resting: boolean;
  /** It failed, and that leads on. */
  routed: boolean;
  state: "waiting" | "ready" | "running" | "ended";
}

export function mayStart({ waitsFor, entries, enteredBy }: GraphNode): boolean {
  return waitsFor === 0 && (entries.size === 0 || enteredBy.size > 0);
}

/** True when `node` no longer has to wait for `before`. */
export function isFulfilled(before: GraphNode, node: GraphNode): boolean {
  return before.completed || before.routed && node.routes;
}

/** What a node waits for besides the edges that lead to it. */
export function conditionsOf({ dependencies, entries }: GraphNode): GraphNode[] {
  return dependencies.filter((before) => !entries.has(before));
}
