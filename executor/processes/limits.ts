/** What ends a program before it ends by itself: time, silence, a budget, a forced cancel, a failure of ours. */

export type Reached =
  | { readonly kind: "timed_out"; readonly limitMs: number }
  | { readonly kind: "silent"; readonly limitMs: number }
  | { readonly kind: "over_budget"; readonly reason: string }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly error: unknown };

export interface LimitOptions {
  readonly timeoutMs?: number | undefined;
  readonly silenceMs?: number | undefined;
  /** True while something works that may be silent. */
  readonly isBusy?: (() => boolean) | undefined;
  /** A budget, with a message as the reason of its abort. */
  readonly over?: AbortSignal | undefined;
  readonly signal: AbortSignal;
}

/** Longest wait of a timer; a greater one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Watches the limits until it is disposed; the first one that is reached wins. */
export class Limits implements Disposable {
  /** Resolves when a limit is reached, and never otherwise. */
  readonly reached: Promise<Reached>;
  readonly #resolve: (reached: Reached) => void;
  readonly #options: LimitOptions;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #heardAt = performance.now();

  constructor(options: LimitOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<Reached>();
    this.reached = promise;
    this.#resolve = resolve;
    const { timeoutMs, silenceMs, isBusy, over, signal } = options;
    if (timeoutMs !== undefined) {
      const deadline = performance.now() + timeoutMs;
      this.#at("time", () => deadline, () => resolve({ kind: "timed_out", limitMs: timeoutMs }));
    }
    if (silenceMs !== undefined) {
      const deadline = () => {
        if (isBusy?.() === true) this.touch();
        return this.#heardAt + silenceMs;
      };
      this.#at("silence", deadline, () => resolve({ kind: "silent", limitMs: silenceMs }));
    }
    over?.addEventListener("abort", this.#overspend);
    if (over?.aborted === true) this.#overspend();
    signal.addEventListener("abort", this.#cancel);
    if (signal.aborted) this.#cancel();
  }

  /** The program was heard of. Cheap: it sets no timer. */
  touch(): void {
    this.#heardAt = performance.now();
  }

  /** Ends the program because something of wave itself failed. */
  readonly fail = (error: unknown): void => this.#resolve({ kind: "failed", error });

  readonly #overspend = (): void =>
    this.#resolve({ kind: "over_budget", reason: String(this.#options.over?.reason) });

  readonly #cancel = (): void => this.#resolve({ kind: "cancelled" });

  /** Calls `done` at `deadline`, which may have moved on by then. */
  #at(name: string, deadline: () => number, done: () => void): void {
    const left = deadline() - performance.now();
    if (left <= 0) return done();
    const wait = Math.min(Math.ceil(left), LONGEST_TIMER_MS);
    this.#timers.set(name, setTimeout(() => this.#at(name, deadline, done), wait));
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#options.over?.removeEventListener("abort", this.#overspend);
    this.#options.signal.removeEventListener("abort", this.#cancel);
  }
}
