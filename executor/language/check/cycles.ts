/** Cycles in the graph of steps. No recursion, so that no chain is too long. */

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
