/** A run that is being recorded: what starting, resuming and finalizing one have in common. */
import type { EventDraft, Owner, Receipt, RunEvent } from "../../event/event.ts";
import { joinReceipts, receiptIn } from "../../event/receipt.ts";
import { createRecorder } from "../../event/recorder.ts";
import { createRedactor, type Redactor } from "../../event/redaction/redact.ts";
import { plainMessage, systemCode } from "../../event/system_error.ts";
import type { TraceWriter } from "../../event/trace_writer.ts";
import { clearCancelRequest } from "../live/cancel_request.ts";
import { watchCancelRequests } from "../live/cancel_watch.ts";
import { fold, foldArtifacts } from "../records/fold.ts";
import { createIndexFeed } from "./index_feed.ts";
import { clearIndexMark, setIndexMark } from "../records/index_mark.ts";
import type { OwnerLock } from "../live/owner_lock.ts";
import type { WavePaths } from "../records/wave_paths.ts";
import type { ArtifactRecord, RunRecord } from "../records/records.ts";
import type { RunIndex } from "../records/run_index.ts";
import { endDraft, type EndStatus } from "../records/snapshot.ts";
import type { TraceFold } from "../trace/trace_fold.ts";

export interface RecordingOptions {
  readonly paths: WavePaths;
  /** This process, see `thisProcess()`. */
  readonly owner: Owner;
  /** Whose secrets are redacted. */
  readonly env: Readonly<Record<string, string>>;
  /** Secrets that no variable's name tells. */
  readonly secrets?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Null when the database cannot be used: the run is then marked as not in it. */
  readonly index: RunIndex | null;
  /** Called with each event after it is recorded. */
  readonly listener: (event: RunEvent) => void;
  /** Called once, with a few words, when the database is given up. */
  readonly warn: (reason: string) => void;
  /**
   * Called with a sentence when what a run leaves behind cannot be tidied up at its end, which changes
   * nothing of how it ended.
   */
  readonly notice?: (message: string) => void;
  /** The trace is on the disk at most so many milliseconds after it changed: 1000. */
  readonly syncMs?: number;
}

export interface Recording extends AsyncDisposable {
  readonly runId: string;
  /** All events so far, folded. */
  readonly record: RunRecord;
  readonly artifacts: readonly ArtifactRecord[];
  readonly redactor: Redactor;
  /** What `wave cancel` requests. */
  readonly control: { readonly graceful: AbortSignal; readonly forced: AbortSignal };
  /**
   * Records an event. Returns once it stands in the trace.
   *
   * @throws {OperationError} `trace_write_failed`: the run must then stop.
   */
  emit(draft: EventDraft): void;
  /**
   * Records the end of the run, and waits until the trace is on the disk and the database has it all
   * or is given up. Nothing can be emitted afterwards. `message` is the error of a failed run;
   * `interruptedAt` is when it had ended, of a run whose owner was gone.
   *
   * @throws {OperationError} `trace_write_failed`
   */
  end(status: EndStatus, message: string, interruptedAt?: number): Promise<RunRecord>;
}

/** The parts of a recording, which takes them over and disposes of them. */
export interface RecordingParts {
  readonly runId: string;
  readonly pipeline: string;
  readonly lock: OwnerLock;
  readonly trace: TraceWriter;
  /** What the trace holds. */
  readonly from: TraceFold;
}

/**
 * Opens a recording, marks the run as not in the database and then calls `begin`, which records the
 * first events. The parts are disposed of when that fails.
 */
export async function openRecording(
  parts: RecordingParts,
  options: RecordingOptions,
  begin: (recording: Recording) => void,
): Promise<Recording> {
  const recording = new TraceRecording(parts, options);
  try {
    setIndexMark(options.paths, parts.runId);
    begin(recording);
    return recording;
  } catch (error) {
    await recording[Symbol.asyncDispose]();
    throw error;
  }
}

class TraceRecording implements Recording {
  readonly runId: string;
  readonly redactor: Redactor;
  readonly control;
  readonly #options: RecordingOptions;
  readonly #parts: RecordingParts;
  readonly #feed;
  readonly #append: (draft: EventDraft) => void;
  #record: RunRecord | null;
  #artifacts: readonly ArtifactRecord[];
  #closed: Promise<void> | null = null;
  #syncTimer: ReturnType<typeof setTimeout> | undefined;
  #syncing: Promise<void> = Promise.resolve();
  #failure: unknown = null;
  #over = false;
  #receipt: Receipt | null = null;
  readonly #openedAt = performance.now();

  constructor(parts: RecordingParts, options: RecordingOptions) {
    const { runId, pipeline, trace, from } = parts;
    const { env, now, index, listener, warn } = options;
    this.runId = runId;
    this.redactor = createRedactor(env, options.secrets);
    this.#options = options;
    this.#parts = parts;
    this.#record = from.record;
    this.#artifacts = from.artifacts;
    this.#feed = createIndexFeed({ runId, index, listener, warn });
    const lastSeq = from.record?.lastSeq ?? 0;
    const { redactor } = this;
    this.#append = createRecorder({
      ...{ runId, pipeline, trace, redactor, lastSeq, now },
      listener: (event) => this.#recorded(event),
    });
    this.control = watchCancelRequests(options.paths, runId, {
      onUnreadable: (error) => this.#warn(`cannot see requests to cancel: ${plainMessage(error)}`),
    });
  }

  get record(): RunRecord {
    if (this.#record === null) throw new Error("a recording begins with the start of its run");
    return this.#record;
  }

  get artifacts(): readonly ArtifactRecord[] {
    return this.#artifacts;
  }

  emit(draft: EventDraft): void {
    if (this.#over) throw new Error(`run ${this.runId} is over and takes no ${draft.state} event`);
    if (this.#failure !== null) throw this.#failure;
    this.#append(draft);
  }

  #recorded(event: RunEvent): void {
    this.#record = fold(this.#record, event);
    this.#artifacts = foldArtifacts(this.#artifacts, event);
    const receipt = receiptIn(event);
    if (receipt !== null) this.#receipt = joinReceipts(this.#receipt, receipt);
    this.#syncTimer ??= setTimeout(() => this.#sync(), this.#options.syncMs ?? 1_000);
    this.#feed.add(event, this.record, this.#artifacts, this.#parts.trace.bytes);
  }

  /** Records a warning that comes from no step and that nobody waits for; a failure is thrown at the next event. */
  #warn(message: string): void {
    if (this.#over || this.#failure !== null) return;
    try {
      this.emit({ step_id: null, state: "warning", message });
    } catch (error) {
      this.#failure = error;
    }
  }

  /** A failure is thrown at the next event: nobody waits for a timer. */
  #sync(): void {
    this.#syncTimer = undefined;
    this.#syncing = this.#parts.trace.sync().catch((error) => {
      this.#failure = error;
    });
  }

  /** By a clock that nobody sets, unless other processes had a part in the run. */
  #duration(): number {
    const { from } = this.#parts;
    if (from.record === null) return performance.now() - this.#openedAt;
    return this.#options.now() - from.record.startedAt;
  }

  async end(status: EndStatus, message: string, interruptedAt?: number): Promise<RunRecord> {
    const { paths } = this.#options;
    const { runId } = this;
    const duration = interruptedAt === undefined
      ? this.#duration()
      : interruptedAt - this.record.startedAt;
    this.emit(endDraft(this, status, message, duration, interruptedAt ?? null, this.#receipt));
    this.#over = true;
    this.#tidy(() => clearCancelRequest(paths, runId));
    await this.#syncing;
    await this.#parts.trace.sync();
    if (await this.#feed.finish()) this.#tidy(() => clearIndexMark(paths, runId));
    return this.record;
  }

  /** The end is recorded: what stays behind is told, and is no failure of the run. */
  #tidy(remove: () => void): void {
    try {
      remove();
    } catch (error) {
      if (systemCode(error) === null) throw error;
      this.#options.notice?.(`cannot tidy up after ${this.runId}: ${plainMessage(error)}`);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#syncTimer);
    await using stack = new AsyncDisposableStack();
    stack.use(this.#parts.lock);
    stack.use(this.#parts.trace);
    stack.use(this.#feed);
    stack.use(this.control);
    await this.#syncing;
  }
}
