/**
 * Which adapters nothing may be started on now, because a usage limit is reached (contract, section 9): one
 * place for a run and all runs within it, which use the same accounts.
 */
import { untilText } from "../../event/pause_words.ts";
import type { AdapterPause, Clock, LimitWaiter, PauseListener, Pauses } from "../api.ts";

export interface UsagePausesOptions {
  /** Those that are known from before; what is over of them is forgotten. */
  readonly known?: readonly AdapterPause[] | undefined;
  /** Fail instead of waiting. */
  readonly noWait?: boolean | undefined;
  /** When the run ends at the latest, epoch milliseconds. */
  readonly deadline?: number | undefined;
}

/** Longest look away from the clock, which may have been set, or stood still with the machine. */
const LONGEST_LOOK_MS = 10_000;
/** What a service repeats within so long is no news. */
const SAME_MS = 1000;

interface Entry {
  readonly pause: AdapterPause;
  readonly over: AbortController;
}

export class UsagePauses implements Pauses, Disposable {
  readonly #clock: Clock;
  readonly #noWait: boolean;
  readonly #deadline: number;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<PauseListener>();
  #refusal: string | null = null;
  /** Time in which something was paused, until `#since`, milliseconds. */
  #pausedMs = 0;
  #since: number | null = null;

  constructor(
    clock: Clock,
    { known = [], noWait = false, deadline = Infinity }: UsagePausesOptions,
  ) {
    this.#clock = clock;
    this.#noWait = noWait;
    this.#deadline = deadline;
    for (const pause of known) if (pause.until > clock.now()) this.#add(pause);
  }

  follow(listener: PauseListener): Disposable {
    this.#listeners.add(listener);
    for (const { pause } of this.#entries.values()) listener.paused(pause);
    if (this.#refusal !== null) listener.refused(this.#refusal);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  isPaused(adapter: string): boolean {
    return this.#entries.has(adapter);
  }

  refusal(paused: string | AdapterPause, waiter: LimitWaiter): string | null {
    const pause = typeof paused === "string" ? this.#entries.get(paused)?.pause : paused;
    return pause === undefined ? null : this.#whyNot(pause, waiter);
  }

  begin(pause: AdapterPause, waiter?: LimitWaiter): void {
    const before = this.#entries.get(pause.adapter);
    if (before === undefined || pause.until >= before.pause.until + SAME_MS) {
      before?.over.abort();
      this.#add(pause);
      for (const listener of this.#listeners) listener.paused(pause);
    }
    if (waiter !== undefined) this.#requireWaiting(pause, waiter);
  }

  refuse(reason: string): void {
    if (this.#refusal !== null) return;
    this.#refusal = reason;
    for (const listener of this.#listeners) listener.refused(reason);
  }

  async hold(adapter: string, waiter: LimitWaiter, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const entry = this.#entries.get(adapter);
      if (entry === undefined) return;
      this.#requireWaiting(entry.pause, waiter);
      await aborted(AbortSignal.any([entry.over.signal, signal]));
    }
  }

  async workedFor(ms: number, signal: AbortSignal): Promise<void> {
    for (let left = ms; left > 0;) {
      const before = this.#pausedSoFar();
      await this.#clock.delay(left, signal);
      left = this.#pausedSoFar() - before;
    }
  }

  #pausedSoFar(): number {
    const now = this.#clock.monotonic();
    return this.#pausedMs + (this.#since === null ? 0 : now - this.#since);
  }

  #requireWaiting(pause: AdapterPause, waiter: LimitWaiter): void {
    const why = this.#whyNot(pause, waiter);
    if (why !== null) this.refuse(why);
  }

  /** Why a pause is not waited for; null where it is. */
  #whyNot(
    { until, reason }: AdapterPause,
    { stepId, limitMs, timeEnds }: LimitWaiter,
  ): string | null {
    const now = this.#clock.now();
    const what = `${reason}, which resets at ${untilText(until, now)}`;
    if (this.#noWait) return `${what} (--no-wait)`;
    if (until > this.#deadline) return `${what}, after the time limit of the run`;
    if (until > timeEnds) return `${what}, after the budget of minutes of step ${stepId}`;
    if (limitMs === null || until - now <= limitMs) return null;
    return `${what}, beyond the time limit of step ${stepId} (${limitMs / 1000}s)`;
  }

  #add(pause: AdapterPause): void {
    const over = new AbortController();
    this.#entries.set(pause.adapter, { pause, over });
    this.#since ??= this.#clock.monotonic();
    this.#end(pause, over).catch((error: unknown) => {
      // A longer one has taken its place, or the run is over.
      if (!over.signal.aborted) throw error;
    });
  }

  async #end(pause: AdapterPause, over: AbortController): Promise<void> {
    for (let left = 1; left > 0;) {
      left = pause.until - this.#clock.now();
      if (left > 0) await this.#clock.delay(Math.min(left, LONGEST_LOOK_MS), over.signal);
    }
    this.#entries.delete(pause.adapter);
    if (this.#entries.size === 0) {
      this.#pausedMs = this.#pausedSoFar();
      this.#since = null;
    }
    for (const listener of this.#listeners) listener.unpaused(pause.adapter);
    over.abort();
  }

  [Symbol.dispose](): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { over } of entries) over.abort();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
