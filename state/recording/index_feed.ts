/** Feeds the database from a recording, and never lets it stop the run (architecture, rule 3). */
import { delay } from "../../event/delay.ts";
import type { RunEvent } from "../../event/event.ts";
import type { ArtifactRecord, RunRecord } from "../records/records.ts";
import { type IndexBatch, IndexBusyError, type RunIndex } from "../records/run_index.ts";
import { DatabaseError } from "../sqlite/database_error.ts";

/** How long events that are no transitions may wait, to share a transaction. */
const GROUP_MS = 100;
/**
 * Transitions wait for the next turn of the event loop: the end of a step and the start of the next one
 * then share a transaction, which is made while that step's program is starting.
 */
const TURN_MS = 0;
/**
 * A busy database is tried again after so long, and so often before the run goes on without it. Counted
 * in tries, because a busy machine may take seconds between two of them.
 */
const RETRY_MS = 20;
const TRIES = 100;

export interface IndexFeedOptions {
  readonly runId: string;
  /** Null when there is no database to be fed. */
  readonly index: RunIndex | null;
  /** Told an event once it is committed, or need not be. In the order of the trace. */
  readonly listener: (event: RunEvent) => void;
  /** Told once, in a few words, why the run goes on with the trace alone. */
  readonly warn: (reason: string) => void;
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

/** True for what may reach the database, and the terminal, a little later. */
function isProgress(event: RunEvent): boolean {
  return event.state === "output" || event.state === "tool";
}

export function createIndexFeed(options: IndexFeedOptions): IndexFeed {
  const { runId, index, listener, warn } = options;
  let events: RunEvent[] = [];
  let latest: Omit<IndexBatch, "events"> | null = null;
  let unshown: RunEvent[] = [];
  let busyTries = 0;
  let lagging = index === null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** True when `timer` stands for the next turn, or a retry, and not for the end of a group. */
  let soon = false;

  function commitAfter(ms: number, isSoon: boolean): void {
    clearTimeout(timer);
    timer = setTimeout(commit, ms);
    soon = isSoon;
  }

  /** Commits what is pending. False when the database is busy, which a later call may find over. */
  function commit(): boolean {
    clearTimeout(timer);
    timer = undefined;
    soon = false;
    if (latest !== null && index !== null && !lagging) {
      try {
        index.append({ ...latest, events });
      } catch (error) {
        if (error instanceof IndexBusyError && ++busyTries < TRIES) {
          commitAfter(RETRY_MS, true);
          return false;
        }
        giveUp(error);
      }
    }
    events = [];
    latest = null;
    busyTries = 0;
    const shown = unshown;
    unshown = [];
    shown.forEach(listener);
    return true;
  }

  function giveUp(error: unknown): void {
    lagging = true;
    if (error instanceof DatabaseError) warn(error.reason);
    else warn(error instanceof Error ? error.message : String(error));
  }

  /** Lets the database read the trace; busy ones are tried again for a while. */
  async function catchUp(): Promise<boolean> {
    if (index === null) return false;
    for (let tries = 1;; tries++) {
      try {
        index.catchUp(runId);
        return true;
      } catch (error) {
        const busy = error instanceof IndexBusyError;
        // The reason was told when the database was given up.
        if (!busy || tries === TRIES) return false;
      }
      await delay(RETRY_MS);
    }
  }

  return {
    add(event, record, artifacts, traceBytes) {
      if (lagging) return listener(event);
      latest = { record, artifacts, traceBytes };
      if (event.state !== "output") events.push(event);
      if (!isProgress(event)) {
        unshown.push(event);
        // While the database is busy, its retry takes the new events along.
        if (!soon) commitAfter(TURN_MS, true);
        return;
      }
      if (unshown.length > 0) unshown.push(event);
      else listener(event);
      if (timer === undefined) commitAfter(GROUP_MS, false);
    },
    async finish() {
      while (!commit()) await delay(RETRY_MS);
      return lagging ? await catchUp() : true;
    },
    [Symbol.dispose]() {
      commit();
      clearTimeout(timer);
    },
  };
}
