/** The live view of runs that other processes execute, on the terminal of whoever watches. */
import type { ObservedRun } from "../../state/records/records.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { readLog } from "../../state/trace/read_log.ts";
import type { Context } from "../cli/command.ts";
import { statusCell } from "../output/run_text.ts";
import type { Runs } from "../runs/open_runs.ts";
import { type LiveRun, runsLines } from "./live_lines.ts";
import { LiveScreen } from "./live_screen.ts";
import { foldLastLines, type LiveState } from "./live_state.ts";

/** So many of the newest entries of a run are asked for what its steps printed last. */
const NEWEST = 200;

interface Read {
  /** Of the newest entry that was read. */
  readonly seq: number;
  readonly lastLines: LiveState["lastLines"];
}

/** Draws runs in place until it is disposed of, which takes the lines away. */
export class WatchedRuns implements AsyncDisposable {
  readonly #context: Context;
  readonly #screen: LiveScreen;
  readonly #read = new Map<string, Read>();
  #shown: readonly LiveRun[] = [];
  #shownAt = 0;

  constructor(context: Context) {
    this.#context = context;
    const { stdout, color } = context;
    this.#screen = new LiveScreen(stdout, () => {
      const now = context.now();
      const runs = this.#shown.map((run) => later(run, now - this.#shownAt));
      return runsLines(runs, { width: stdout.width, height: stdout.height, now, color });
    });
  }

  /** Shows these runs from now on, in this order. */
  show({ root }: Runs, runs: readonly ObservedRun[]): void {
    this.#shownAt = this.#context.now();
    this.#shown = runs.map((run) => ({
      ...run,
      standing: standingOf(run, this.#context.color),
      isOver: runsNoMore(run),
      lastLines: run.status === "running" ? this.#linesOf(root, run.record.id) : new Map(),
    }));
    this.#screen.start();
    this.#screen.touch();
  }

  /** Resolves when the lines are taken away. */
  async end(): Promise<void> {
    await this.#screen.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  #linesOf(root: string, id: string): LiveState["lastLines"] {
    const before = this.#read.get(id) ?? { seq: 0, lastLines: new Map() };
    const path = wavePaths(root).trace(id);
    const log = readLog(path, { after: before.seq }, { last: NEWEST });
    const events = log === null ? [] : [...log.entries].map(({ event }) => event);
    const lastLines = foldLastLines(before.lastLines, events);
    this.#read.set(id, { seq: events.at(-1)?.seq ?? before.seq, lastLines });
    return lastLines;
  }
}

/** Null where all that can be said is that it runs. */
function standingOf(run: ObservedRun, color: boolean): string | null {
  const plain = statusCell(run, false);
  return plain === "running" ? null : statusCell(run, color);
}

/** True of one that was interrupted, too. */
export function runsNoMore({ status, liveness }: ObservedRun): boolean {
  return status !== "running" && status !== "pending" || liveness === "interrupted";
}

/** The run when so many milliseconds have passed. */
function later(run: LiveRun, ms: number): LiveRun {
  if (run.isOver) return run;
  return {
    ...run,
    elapsedMs: run.elapsedMs + ms,
    steps: run.steps.map((step) =>
      step.completedAt === null && step.elapsedMs !== null
        ? { ...step, elapsedMs: step.elapsedMs + ms }
        : step
    ),
  };
}
