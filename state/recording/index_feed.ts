/** Feeds the database from a recording, and never lets it stop the run (architecture, rule 3). */
import { delay } from "../../event/delay.ts";
import type { RunEvent } from "../../event/event.ts";
import type { ArtifactRecord, RunRecord } from "../records/records.ts";
import { type IndexBatch, IndexBusyError, type RunIndex } from "../records/run_index.ts";
import { DatabaseError } from "../sqlite/database_error.ts";

export interface IndexFeedOptions {
  readonly runId: string;
  /** Null when there is no database to be fed. */
  readonly index: RunIndex | null;
  /** Called with an event once it is committed, or need not be. In the order of the trace. */
  readonly listener: (event: RunEvent) => void;
  /** Called once, with a few words, when the run goes on with the trace alone. */
  readonly warn: (reason: string) => void;
  /** Milliseconds that events which are no transitions may wait, to share a transaction: 100. */
  readonly groupMs?: number;
  /** Milliseconds after which a busy database is tried again: 20. */
  readonly retryMs?: number;
  /**
   * How often it is tried before the run goes on without it: 100 times. Counted in tries, because a busy
   * machine may take seconds between two of them.
   */
  readonly tries?: number;
}

export interface IndexFeed extends Disposable {
  /** Takes an event that stands in the trace, and what all events up to it fold to. */
  add(
    event: RunEvent,
    record: RunRecord,
    artifacts: readonly ArtifactRecord[],
    traceBytes: number,
  ): void;
  /**
   * Commits what is left, or lets the database catch up with the trace when it was given up before.
   * Resolves to true when the database then has all of the run.
   */
  finish(): Promise<boolean>;
  /** Commits what is left if that can be done at once, and forgets it otherwise: the trace has it. */
  [Symbol.dispose](): void;
}

/** A feed for the run `runId`; without an index it only passes events on. */
export function createIndexFeed(options: IndexFeedOptions): IndexFeed {
  return new BatchingFeed(options);
}

/**
 * Transitions wait for the next turn of the event loop: the end of a step and the start of the next one
 * then share a transaction, which is made while that step's program is starting.
 */
const NEXT_TURN_MS = 0;

/** True for what may reach the database, and the terminal, a little later. */
function isProgress(event: RunEvent): boolean {
  return event.state === "output" || event.state === "tool";
}

class BatchingFeed implements IndexFeed {
  readonly #options: IndexFeedOptions;
  readonly #retryMs: number;
  readonly #tries: number;
  /** True once the database lacks events that only {@linkcode RunIndex.catchUp} brings. */
  #lagging: boolean;
  /** What the next transaction writes; without any `output`, which changes `#latest` alone. */
  #events: RunEvent[] = [];
  #latest: Omit<IndexBatch, "events"> | null = null;
  /** What waits for that transaction to be shown. */
  #unshown: RunEvent[] = [];
  #busyTries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** True when `#timer` stands for the next turn or a retry, and not for the end of a group. */
  #isSoon = false;

  constructor(options: IndexFeedOptions) {
    this.#options = options;
    this.#retryMs = options.retryMs ?? 20;
    this.#tries = options.tries ?? 100;
    this.#lagging = options.index === null;
  }

  add(
    event: RunEvent,
    record: RunRecord,
    artifacts: readonly ArtifactRecord[],
    traceBytes: number,
  ): void {
    const { listener, groupMs = 100 } = this.#options;
    if (this.#lagging) return listener(event);
    this.#latest = { record, artifacts, traceBytes };
    if (event.state !== "output") this.#events.push(event);
    if (isProgress(event)) {
      if (this.#unshown.length > 0) this.#unshown.push(event);
      else listener(event);
      if (this.#timer === undefined) this.#commitAfter(groupMs, false);
    } else {
      this.#unshown.push(event);
      // While the database is busy, its retry takes the new events along.
      if (!this.#isSoon) this.#commitAfter(NEXT_TURN_MS, true);
    }
  }

  async finish(): Promise<boolean> {
    while (!this.#commit()) await delay(this.#retryMs);
    return this.#lagging ? await this.#catchUp() : true;
  }

  [Symbol.dispose](): void {
    this.#commit();
    clearTimeout(this.#timer);
  }

  #commitAfter(ms: number, isSoon: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#commit(), ms);
    this.#isSoon = isSoon;
  }

  /** Commits and shows what is pending. False when the database is busy, which a later call may find over. */
  #commit(): boolean {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isSoon = false;
    if (this.#write() === "busy") {
      this.#commitAfter(this.#retryMs, true);
      return false;
    }
    this.#show();
    return true;
  }

  #write(): "done" | "busy" {
    const { index } = this.#options;
    if (this.#latest === null || index === null || this.#lagging) return "done";
    try {
      index.append({ ...this.#latest, events: this.#events });
    } catch (error) {
      if (error instanceof IndexBusyError && ++this.#busyTries < this.#tries) return "busy";
      this.#giveUp(error);
    }
    return "done";
  }

  #giveUp(error: unknown): void {
    this.#lagging = true;
    if (error instanceof DatabaseError) this.#options.warn(error.reason);
    else this.#options.warn(error instanceof Error ? error.message : String(error));
  }

  #show(): void {
    const shown = this.#unshown;
    this.#events = [];
    this.#latest = null;
    this.#unshown = [];
    this.#busyTries = 0;
    shown.forEach(this.#options.listener);
  }

  /** Lets the database read the trace; a busy one is tried again for a while. */
  async #catchUp(): Promise<boolean> {
    const { index, runId } = this.#options;
    if (index === null) return false;
    for (let tried = 1;; tried++) {
      try {
        index.catchUp(runId);
        return true;
      } catch (error) {
        // The user has been warned when the database was given up.
        if (!(error instanceof IndexBusyError) || tried === this.#tries) return false;
      }
      await delay(this.#retryMs);
    }
  }
}
