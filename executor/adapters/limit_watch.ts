/** Ends an agent that would wait for a usage limit by itself: its time limit and its slot are not for that. */
import type { AgentEvent } from "./adapter.ts";
import { accountLimitIn, type UsageLimit } from "./usage_limit.ts";

/** A shorter wait is the agent's own: what it has done so far is kept, and others need not know of it. */
const SHORT_WAIT_MS = 10_000;
/** A longer wait ends the agent. */
const LONG_WAIT_MS = 60_000;
/** So long an agent that tells of its limit may take to end by itself. */
const ENDS_WITHIN_MS = 1000;

/** Hears what an agent tells while it works, until it is disposed. */
export class LimitWatch implements Disposable {
  readonly #onThrottled: (until: number) => void;
  readonly #over = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #limit: UsageLimit | null = null;

  /** `onThrottled` is told of a wait that the agent waits out by itself: until when. */
  constructor(onThrottled: (until: number) => void = () => {}) {
    this.#onThrottled = onThrottled;
  }

  /** Aborts when the agent is to be ended. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** For which the agent is ended. */
  get limit(): UsageLimit | null {
    return this.#limit;
  }

  heard(event: AgentEvent): void {
    if (event.kind === "wait") {
      const until = Date.now() + event.ms;
      if (event.ms >= LONG_WAIT_MS) this.#end({ until });
      else if (event.ms >= SHORT_WAIT_MS) this.#onThrottled(until);
    }
    if (event.kind !== "trouble") return;
    // Agents that ask again and again tell of it as of any other error.
    const limit = accountLimitIn(event.message, Date.now());
    if (limit !== null && limit.until !== null && limit.until - Date.now() >= SHORT_WAIT_MS) {
      this.#end(limit);
    }
  }

  #end(limit: UsageLimit): void {
    this.#limit ??= limit;
    this.#timer ??= setTimeout(() => this.#over.abort(), ENDS_WITHIN_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
