/** The graph of steps: order, levels and cycles. No recursion, so that no chain is too long. */

export interface Node {
  readonly id: string;
  readonly dependencies: readonly string[];
}

/**
 * One cycle as a path that ends where it began (`a`, `b`, `a`: a depends on b, b on a), or null. Unknown
 * dependencies are passed over.
 */
export function cycleIn(nodes: readonly Node[]): string[] | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  for (const start of nodes) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const stack: { id: string; next: number }[] = [{ id: start.id, next: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top === undefined) break;
      if (top.next === 0) {
        if (onPath.has(top.id)) return [...path.slice(path.indexOf(top.id)), top.id];
        if (done.has(top.id)) {
          stack.pop();
          continue;
        }
        path.push(top.id);
        onPath.add(top.id);
      }
      const dependency = byId.get(top.id)?.dependencies[top.next++];
      if (dependency !== undefined) {
        if (byId.has(dependency)) stack.push({ id: dependency, next: 0 });
        continue;
      }
      stack.pop();
      path.pop();
      onPath.delete(top.id);
      done.add(top.id);
    }
  }
  return null;
}

/**
 * The nodes in levels: each depends on earlier levels only, and the steps of a level may run side by
 * side. Within a level they keep their order. Nodes of a cycle and what depends on them are left out.
 */
export function levelsOf<N extends Node>(nodes: readonly N[]): N[][] {
  const known = new Set(nodes.map((node) => node.id));
  const waiting = new Map(
    nodes.map((node) => [
      node.id,
      new Set(node.dependencies.filter((id) => known.has(id))).size,
    ]),
  );
  const dependents = new Map<string, Set<string>>();
  for (const node of nodes) {
    for (const id of node.dependencies) {
      dependents.set(id, (dependents.get(id) ?? new Set()).add(node.id));
    }
  }
  const order = new Map(nodes.map((node, index) => [node.id, index]));
  let ready = nodes.filter((node) => waiting.get(node.id) === 0);
  const levels: N[][] = [];
  while (ready.length > 0) {
    levels.push(ready);
    const next = new Set<number>();
    for (const { id } of ready) {
      for (const dependent of dependents.get(id) ?? []) {
        const left = (waiting.get(dependent) ?? 0) - 1;
        waiting.set(dependent, left);
        const index = order.get(dependent);
        if (left === 0 && index !== undefined) next.add(index);
      }
    }
    ready = [...next].sort((a, b) => a - b).flatMap((index) => nodes[index] ?? []);
  }
  return levels;
}

/** All that a node depends on, directly and through others. */
export function ancestorsOf(id: string, nodes: ReadonlyMap<string, Node>): Set<string> {
  const found = new Set<string>();
  const queue = [...nodes.get(id)?.dependencies ?? []];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...nodes.get(next)?.dependencies ?? []);
  }
  return found;
}
