/**
 * Chooses which steps may start. Pure: it starts nothing, knows no time and emits nothing, so that the
 * order of a run can be tested by itself.
 */
import { conditionsOf, type GraphNode, isFulfilled, mayStart } from "./graph_node.ts";
import { dependsOn } from "../run/skip_reason.ts";
import { inOrder, UntakenWays } from "./untaken_ways.ts";

export interface GraphStep {
  readonly id: string;
  readonly dependencies: readonly string[];
  /** True when it does not count against the limit, because it only waits for others. */
  readonly free?: boolean;
  /** Those of its dependencies whose edges lead to it: it waits for one that does, not for all. */
  readonly entries?: readonly string[];
  /** True when a dependency that failed and leads on somewhere counts as one that completed. */
  readonly routes?: boolean;
}

/**
 * How a step ended, as far as others are concerned: `completed` lets its dependents start; `tolerated`
 * skips them, while the rest of the run continues; `failed` skips them and starts nothing more; `routed`
 * is a failure that an edge leads on from: what waits for the step alone is left to the end of the run.
 */
export type StepOutcome = "completed" | "tolerated" | "failed" | "routed";

/** How a step ended that is not run. */
export interface DoneStep {
  readonly outcome: "completed" | "routed";
  /** The step that its edge leads on to. */
  readonly next?: string | undefined;
}

/** A step that will not run, and why. */
export interface Skip {
  readonly id: string;
  readonly reason: string;
}

/**
 * The state of a run's graph. Each step end costs what its dependents cost, however many steps there
 * are. Ready steps start in the order of the pipeline file.
 */
export class Scheduler {
  readonly #nodes = new Map<string, GraphNode>();
  /** Ready steps, ordered by their order in the file: those that count, and those that do not. */
  readonly #ready: GraphNode[] = [];
  readonly #readyFree: GraphNode[] = [];
  readonly #limit: number;
  /** Running steps that count against the limit, and those that do not. */
  #busy = 0;
  #waiting = 0;
  #unended: number;
  #stopped = false;
  #held = false;

  /**
   * @param limit how many steps may run at once, at least 1.
   * @param done steps that count as completed from the start (resume, `--from-step`).
   * @throws {Error} on a dependency that is no step; cycles are the validation's business and show as
   * steps that never become ready.
   */
  constructor(
    steps: readonly GraphStep[],
    limit: number,
    done: ReadonlyMap<string, DoneStep> = new Map(),
  ) {
    this.#limit = Math.max(1, limit);
    for (const [index, { id, free = false, routes = false }] of steps.entries()) {
      const outcome = done.get(id)?.outcome;
      this.#nodes.set(id, {
        ...{ index, id, free, routes, dependencies: [], dependents: [], entries: new Set() },
        ...{ enteredBy: new Set(), waitsFor: 0 },
        completed: outcome === "completed",
        resting: false,
        routed: outcome === "routed",
        state: outcome === undefined ? "waiting" : "ended",
      });
    }
    for (const { id, dependencies, entries = [] } of steps) {
      const node = this.#node(id);
      for (const entry of entries) node.entries.add(this.#node(entry));
      for (const dependency of new Set(dependencies)) {
        const before = this.#node(dependency);
        before.dependents.push(node);
        node.dependencies.push(before);
      }
    }
    this.#unended = this.#nodes.size;
    for (const [id, { next }] of done) {
      if (next !== undefined) this.#node(next).enteredBy.add(this.#node(id));
    }
    for (const node of this.#nodes.values()) {
      if (node.state === "ended") this.#unended--;
      else this.#wait(node);
    }
  }

  /** Lets a node wait for what it has to, and makes it ready when that is nothing. */
  #wait(node: GraphNode): void {
    node.state = "waiting";
    node.waitsFor = conditionsOf(node).filter((before) => !isFulfilled(before, node)).length;
    if (mayStart(node)) this.#makeReady(node);
  }

  #node(id: string): GraphNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`Cannot schedule "${id}": it is no step`);
    return node;
  }

  #makeReady(node: GraphNode): void {
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

  #queueOf({ free }: GraphNode): GraphNode[] {
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
    if (this.#stopped || this.#held) return null;
    const next = this.#busy < this.#limit ? this.#ready[0] : undefined;
    const nextFree = this.#readyFree[0];
    const node = next === undefined || (nextFree?.index ?? Infinity) < next.index ? nextFree : next;
    if (node === undefined) return null;
    this.#queueOf(node).shift();
    node.state = "running";
    this.#count(node, 1);
    return node.id;
  }

  #count(node: GraphNode, change: 1 | -1): void {
    if (node.free || node.resting) this.#waiting += change;
    else this.#busy += change;
  }

  /**
   * Records that a running step ended.
   *
   * @param next the step that its edge leads on to: one that it is an entry of.
   * @returns the steps that will not run because of it, each after what it depends on.
   */
  end(id: string, outcome: StepOutcome, next?: string): Skip[] {
    const node = this.#node(id);
    if (node.state !== "running") throw new Error(`Cannot end "${id}": it is ${node.state}`);
    node.state = "ended";
    this.#count(node, -1);
    node.resting = false;
    this.#unended--;
    if (outcome === "completed" || outcome === "routed") {
      node.completed = outcome === "completed";
      node.routed = outcome === "routed";
      if (next !== undefined) this.#node(next).enteredBy.add(node);
      for (const dependent of node.dependents) {
        const entry = dependent.entries.has(node);
        if (!entry && isFulfilled(node, dependent)) dependent.waitsFor--;
        if (dependent.state === "waiting" && mayStart(dependent)) this.#makeReady(dependent);
      }
      return [];
    }
    const skips = this.#skipDependents(node);
    if (outcome === "failed") this.stop();
    return skips;
  }

  #skipDependents(cause: GraphNode): Skip[] {
    const skips: Skip[] = [];
    const causes = [cause];
    // Grows while it is walked.
    for (const next of causes) {
      for (const dependent of next.dependents) {
        // Another edge may lead to it.
        if (dependent.state !== "waiting" || dependent.entries.has(next)) continue;
        dependent.state = "ended";
        this.#unended--;
        const did = next === cause ? "did not complete" : "was skipped";
        skips.push({ id: dependent.id, reason: dependsOn(next.id, did) });
        causes.push(dependent);
      }
    }
    return skips;
  }

  /**
   * When nothing runs and nothing is ready, decides of the steps that no edge has led to: a step that waits
   * for several ways becomes ready when one of them was gone to its end. If there is none, all that waits
   * ends.
   *
   * @returns the steps that will not run, each after what it depends on.
   */
  endWays(): Skip[] {
    if (this.running > 0 || this.hasReady) return [];
    const waiting = inOrder([...this.#nodes.values()].filter(({ state }) => state === "waiting"));
    const ways = new UntakenWays();
    const met = waiting.filter((node) => ways.isMeetingPoint(node));
    for (const node of met) this.#makeReady(node);
    if (met.length > 0) return [];
    return waiting.map((node) => {
      node.state = "ended";
      this.#unended--;
      return { id: node.id, reason: ways.reasonOf(node) };
    });
  }

  /**
   * Lets others have the turn of a running step, which does not count until it takes that back. Then for a
   * while more may count than the limit: it limits how many start, and what works takes slots besides.
   */
  rest(id: string, resting: boolean): void {
    const node = this.#node(id);
    if (node.state !== "running" || node.resting === resting) return;
    this.#count(node, -1);
    node.resting = resting;
    this.#count(node, 1);
  }

  /** Takes back that a step started: it counts as one that never did. */
  putBack(id: string): void {
    const node = this.#node(id);
    this.#count(node, -1);
    node.resting = false;
    this.#makeReady(node);
  }

  /**
   * Sends the graph back, when `target` comes before the running step `from`, or is that: everything from
   * `target` on is waiting again, `from` too.
   *
   * @param waiting running steps that wait to send the graph back, too.
   * @returns the ids of those steps in file order; empty when `target` is no step before `from`, so that
   * nothing changed; null when one of them is still running, to be tried again when it has ended.
   */
  rewind(
    from: string,
    target: string,
    waiting: ReadonlySet<string> = new Set([from]),
  ): string[] | null {
    const start = this.#nodes.get(target);
    if (start === undefined) return [];
    const again = new Set([start]);
    // Grows while it is walked.
    for (const node of again) for (const dependent of node.dependents) again.add(dependent);
    const asking = this.#node(from);
    if (!again.has(asking)) return [];
    const isBusy = ({ id, state }: GraphNode) => state === "running" && !waiting.has(id);
    if ([...again].some(isBusy)) return null;
    for (const node of again) {
      if (node.state === "ended") this.#unended++;
      if (node.state === "ready") {
        const queue = this.#queueOf(node);
        queue.splice(queue.indexOf(node), 1);
      }
      if (node.state === "running") this.#count(node, -1);
      node.completed = false;
      node.routed = false;
      for (const entry of again) node.enteredBy.delete(entry);
    }
    if (start.entries.size > 0) start.enteredBy.add(asking);
    for (const node of again) this.#wait(node);
    return [...again].sort((a, b) => a.index - b.index).map(({ id }) => id);
  }

  /** Whether anything starts: while steps are to be sent back, those that run end first. */
  hold(held: boolean): void {
    this.#held = held;
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
