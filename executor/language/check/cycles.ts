/** Cycles in graphs of steps and of pipelines. No recursion, so that no chain is too long. */

export interface Node {
  readonly id: string;
  readonly dependencies: readonly string[];
}

/**
 * Cycles as paths that end where they began (`a`, `b`, `a`: a depends on b, b on a), the first `most` of
 * them. Each has a link that no other has, and without those links there is no cycle left; so whoever
 * mends them all is done. Unknown dependencies are passed over.
 */
export function cyclesIn(nodes: readonly Node[], most: number): string[][] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  for (const start of byId.values()) {
    if (done.has(start.id)) continue;
    const path: string[] = [start.id];
    const onPath = new Set(path);
    const stack: { node: Node; next: number }[] = [{ node: start, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const id = top.node.dependencies[top.next++];
      if (id === undefined) {
        stack.pop();
        path.pop();
        onPath.delete(top.node.id);
        done.add(top.node.id);
        continue;
      }
      const node = byId.get(id);
      if (node === undefined || done.has(id)) continue;
      if (onPath.has(id)) {
        cycles.push([...path.slice(path.indexOf(id)), id]);
        if (cycles.length >= most) return cycles;
        continue;
      }
      path.push(id);
      onPath.add(id);
      stack.push({ node, next: 0 });
    }
  }
  return cycles;
}
