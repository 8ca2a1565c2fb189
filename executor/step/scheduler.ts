/**
 * Chooses which steps may start. Pure: it starts nothing, knows no time and emits nothing, so that the
 * order of a run can be tested by itself.
 */

export interface GraphStep {
  readonly id: string;
  readonly dependencies: readonly string[];
  /** True when it does not count against the limit, because it only waits for others. */
  readonly free?: boolean;
}

/**
 * How a step ended, as far as others are concerned: `completed` lets its dependents start; `tolerated`
 * skips them, while the rest of the run continues; `failed` skips them and starts nothing more.
 */
export type StepOutcome = "completed" | "tolerated" | "failed";

/** A step that will not run, and why. */
export interface Skip {
  readonly id: string;
  readonly reason: string;
}

interface Node {
  readonly index: number;
  readonly id: string;
  readonly free: boolean;
  readonly dependencies: Node[];
  readonly dependents: Node[];
  waitsFor: number;
  completed: boolean;
  state: "waiting" | "ready" | "running" | "ended";
}

/**
 * The state of a run's graph. Each step end costs what its dependents cost, however many steps there
 * are. Ready steps start in the order of the pipeline file.
 */
export class Scheduler {
  readonly #nodes = new Map<string, Node>();
  /** Ready steps, ordered by their order in the file: those that count, and those that do not. */
  readonly #ready: Node[] = [];
  readonly #readyFree: Node[] = [];
  readonly #limit: number;
  /** Running steps that count against the limit, and those that do not. */
  #busy = 0;
  #waiting = 0;
  #unended: number;
  #stopped = false;

  /**
   * @param limit how many steps may run at once, at least 1.
   * @param done steps that count as completed from the start (resume, `--from-step`).
   * @throws {Error} on a dependency that is no step; cycles are the validation's business and show as
   * steps that never become ready.
   */
  constructor(steps: readonly GraphStep[], limit: number, done: ReadonlySet<string> = new Set()) {
    this.#limit = Math.max(1, limit);
    for (const [index, { id, free = false }] of steps.entries()) {
      const facts = { index, id, free, dependencies: [], dependents: [] };
      const state = done.has(id) ? "ended" : "waiting";
      this.#nodes.set(id, { ...facts, waitsFor: 0, completed: done.has(id), state });
    }
    for (const { id, dependencies } of steps) {
      const node = this.#node(id);
      for (const dependency of new Set(dependencies)) {
        const before = this.#node(dependency);
        before.dependents.push(node);
        node.dependencies.push(before);
        if (!before.completed) node.waitsFor++;
      }
    }
    this.#unended = this.#nodes.size;
    for (const node of this.#nodes.values()) {
      if (node.completed) this.#unended--;
      else if (node.waitsFor === 0) this.#makeReady(node);
    }
  }

  #node(id: string): Node {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`Cannot schedule "${id}": it is no step`);
    return node;
  }

  #makeReady(node: Node): void {
    node.state = "ready";
    const queue = this.#queueOf(node);
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((queue[middle]?.index ?? 0) < node.index) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, node);
  }

  #queueOf({ free }: Node): Node[] {
    return free ? this.#readyFree : this.#ready;
  }

  /** How many steps are running. */
  get running(): number {
    return this.#busy + this.#waiting;
  }

  /** True when no step runs and none will. */
  get idle(): boolean {
    return this.running === 0 &&
      (this.#stopped || this.#ready.length + this.#readyFree.length === 0);
  }

  /** True when every step has ended. */
  get finished(): boolean {
    return this.#unended === 0;
  }

  /** True while there are steps that have neither started nor been skipped. */
  get hasUnstarted(): boolean {
    return this.#unended > this.running;
  }

  /** True while a step waits for nothing but its turn. */
  get hasReady(): boolean {
    return this.#ready.length + this.#readyFree.length > 0;
  }

  /** The next step to start, counted as running from now on; null when none may start now. */
  take(): string | null {
    if (this.#stopped) return null;
    const next = this.#busy < this.#limit ? this.#ready[0] : undefined;
    const nextFree = this.#readyFree[0];
    const node = next === undefined || (nextFree?.index ?? Infinity) < next.index ? nextFree : next;
    if (node === undefined) return null;
    this.#queueOf(node).shift();
    node.state = "running";
    this.#count(node, 1);
    return node.id;
  }

  #count(node: Node, change: 1 | -1): void {
    if (node.free) this.#waiting += change;
    else this.#busy += change;
  }

  /**
   * Records that a running step ended.
   *
   * @returns the steps that will not run because of it, each after what it depends on.
   */
  end(id: string, outcome: StepOutcome): Skip[] {
    const node = this.#node(id);
    if (node.state !== "running") throw new Error(`Cannot end "${id}": it is ${node.state}`);
    node.state = "ended";
    this.#count(node, -1);
    this.#unended--;
    if (outcome === "completed") {
      node.completed = true;
      for (const dependent of node.dependents) {
        dependent.waitsFor--;
        if (dependent.waitsFor === 0 && dependent.state === "waiting") this.#makeReady(dependent);
      }
      return [];
    }
    const skips = this.#skipDependents(node);
    if (outcome === "failed") this.stop();
    return skips;
  }

  #skipDependents(cause: Node): Skip[] {
    const skips: Skip[] = [];
    const causes = [cause];
    // Grows while it is walked.
    for (const next of causes) {
      for (const dependent of next.dependents) {
        if (dependent.state !== "waiting") continue;
        dependent.state = "ended";
        this.#unended--;
        const did = next === cause ? "did not complete" : "was skipped";
        skips.push({ id: dependent.id, reason: `depends on ${next.id}, which ${did}` });
        causes.push(dependent);
      }
    }
    return skips;
  }

  /** Takes back that a step started: it counts as one that never did. */
  putBack(id: string): void {
    const node = this.#node(id);
    this.#count(node, -1);
    this.#makeReady(node);
  }

  /**
   * Sends the graph back, when `target` comes before the running step `from`: everything from `target`
   * on is waiting again, `from` too.
   *
   * @returns the ids of those steps in file order; empty when `target` is no step before `from`, or one
   * of them is running, so that nothing changed.
   */
  rewind(from: string, target: string): string[] {
    const start = this.#nodes.get(target);
    if (start === undefined) return [];
    const again = new Set([start]);
    // Grows while it is walked.
    for (const node of again) for (const dependent of node.dependents) again.add(dependent);
    const asking = this.#node(from);
    const busy = [...again].some((node) => node !== asking && node.state === "running");
    if (!again.has(asking) || busy) return [];
    for (const node of again) {
      if (node.state === "ended") this.#unended++;
      if (node.state === "ready") {
        const queue = this.#queueOf(node);
        queue.splice(queue.indexOf(node), 1);
      }
      if (node.state === "running") this.#count(node, -1);
      node.state = "waiting";
      node.completed = false;
    }
    for (const node of again) {
      node.waitsFor = node.dependencies.filter(({ completed }) => !completed).length;
      if (node.waitsFor === 0) this.#makeReady(node);
    }
    return [...again].sort((a, b) => a.index - b.index).map(({ id }) => id);
  }

  /** From now on nothing starts. Running steps continue. */
  stop(): void {
    this.#stopped = true;
  }

  /** Ends all steps that have not started, in file order, and returns their ids. */
  abandon(): string[] {
    this.stop();
    const ids: string[] = [];
    for (const node of this.#nodes.values()) {
      if (node.state !== "waiting" && node.state !== "ready") continue;
      node.state = "ended";
      this.#unended--;
      ids.push(node.id);
    }
    this.#ready.length = 0;
    this.#readyFree.length = 0;
    return ids;
  }
}
