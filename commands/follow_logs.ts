/** `wave logs --follow`: each entry of runs as it is recorded, exactly once. On the hot path. */
import { ExitCode } from "../event/errors.ts";
import { followRun } from "../state/follow.ts";
import { readLog } from "../state/log.ts";
import type { WavePaths } from "../state/paths.ts";
import type { LogQuery } from "../state/reader.ts";
import type { Context } from "./command.ts";
import type { LogWindow } from "./logs_options.ts";
import { exitCodeOfRun, worstExitCode } from "./exit_code.ts";
import { safeLine } from "./safe_text.ts";
import { EventStream } from "./stream.ts";

export interface FollowLogsOptions {
  readonly query: LogQuery;
  readonly window: LogWindow;
  /** End with the exit code of the run, of several the worst. */
  readonly exitStatus: boolean;
}

/** A stream that gathers what comes at once, and writes it before the program waits for more. */
class LiveStream implements Disposable {
  readonly #stream: EventStream;
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: { readonly error: unknown } | null = null;

  constructor(stream: EventStream) {
    this.#stream = stream;
  }

  /** Aborts when nothing can be written any more. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  add(entry: Parameters<EventStream["addEntry"]>[0]): void {
    this.#stream.addEntry(entry);
    this.#timer ??= setTimeout(() => this.#flush(), 0);
  }

  /** @throws what writing threw since, a closed pipe for one. */
  end(): void {
    this.#stream.flush();
    if (this.#failure !== null) throw this.#failure.error;
  }

  #flush(): void {
    this.#timer = undefined;
    try {
      this.#stream.flush();
    } catch (error) {
      this.#failure = { error };
      this.#stop.abort();
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** Prints the newest entries that there are. Returns the `seq` after which the following begins. */
function printBacklog(
  paths: WavePaths,
  runId: string,
  { query, window }: FollowLogsOptions,
  out: LiveStream,
): number {
  const { after = 0 } = query;
  if (window.lines === "all" && window.offset === 0) return after;
  const path = paths.trace(runId);
  // Fixed first: what is recorded from now on is followed, however much the page may hold of it.
  const [newest] = readLog(path, {}, { last: 1 })?.entries ?? [];
  if (newest === undefined) return after;
  const upTo = newest.event.seq;
  const page = readLog(path, query, { last: window.lines, offset: window.offset });
  for (const entry of page?.entries ?? []) if (entry.event.seq <= upTo) out.add(entry);
  return Math.max(after, upTo);
}

/**
 * Follows runs until all of them have ended.
 *
 * @returns the exit code.
 * @throws {NotFoundError} `run_removed`.
 */
export async function followLogs(
  context: Context,
  paths: WavePaths,
  ids: readonly string[],
  options: FollowLogsOptions,
): Promise<ExitCode> {
  using out = new LiveStream(new EventStream(context, { withRun: ids.length > 1 }));
  const signal = AbortSignal.any([context.signal, out.signal]);
  const followOne = async (id: string): Promise<ExitCode> => {
    const after = printBacklog(paths, id, options, out);
    const following = followRun(paths, id, { query: { ...options.query, after }, signal });
    for await (const entry of following) out.add(entry);
    const { outcome } = following;
    if (outcome === "interrupted") {
      context.stderr.write(`${safeLine(id)} was interrupted: its process is gone\n`);
      return ExitCode.failed;
    }
    return outcome === null ? ExitCode.done : exitCodeOfRun(outcome.state);
  };
  let codes: ExitCode[];
  try {
    codes = await Promise.all(ids.map(followOne));
  } finally {
    out.end();
  }
  return options.exitStatus ? worstExitCode(codes) : ExitCode.done;
}
