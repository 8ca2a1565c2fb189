/** Appends lines to a trace, each with one write; a line is in the file whole or not at all. */
import { OperationError } from "./errors.ts";
import { plainMessage } from "./system_error.ts";

/** What the writer needs of a file that is open for appending. */
export type TraceFile = Pick<
  Deno.FsFile,
  "writeSync" | "truncateSync" | "syncData" | "close"
>;

const encoder = new TextEncoder();
const NEWLINE = 10;

export class TraceWriter implements Disposable {
  readonly #file: TraceFile;
  readonly #path: string;
  #bytes: number;
  #open = true;

  constructor(file: TraceFile, path: string, bytes: number) {
    this.#file = file;
    this.#path = path;
    this.#bytes = bytes;
  }

  /** Size of the trace: where the next line begins. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends a line. What was written of it is taken back when it fails.
   *
   * @throws {OperationError} `trace_write_failed`
   */
  append(line: string): void {
    const bytes = encoder.encode(`${line}\n`);
    try {
      // Only a full disk makes a write stop short, and then the next one says why.
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(this.#file.writeSync(rest));
    } catch (error) {
      throw this.#failed(error);
    }
    this.#bytes += bytes.length;
  }

  #failed(error: unknown): OperationError {
    let cause = error;
    try {
      this.#file.truncateSync(this.#bytes);
    } catch (second) {
      cause = new AggregateError([error, second], "nor could the torn line be taken back");
    }
    return traceFailure("write to", this.#path, cause);
  }

  /**
   * Resolves once all lines are on the disk that were appended before the call.
   *
   * @throws {OperationError} `trace_write_failed`
   */
  async sync(): Promise<void> {
    try {
      await this.#file.syncData();
    } catch (error) {
      throw traceFailure("sync", this.#path, error);
    }
  }

  [Symbol.dispose](): void {
    if (this.#open) this.#file.close();
    this.#open = false;
  }
}

/** The failure of a trace, which stops its run. */
function traceFailure(act: string, path: string, cause: unknown): OperationError {
  const reason = plainMessage(cause);
  return new OperationError("trace_write_failed", `Cannot ${act} the trace "${path}": ${reason}`, {
    cause,
    hint: "free some disk space, then: wave resume @latest",
  });
}

/**
 * Makes a new trace that only its owner may read.
 *
 * @throws {Deno.errors.AlreadyExists} another run has it, or a link stands in its place.
 * @throws {OperationError} `trace_write_failed`
 */
export function createTrace(path: string): TraceWriter {
  try {
    const file = Deno.openSync(path, { createNew: true, append: true, mode: 0o600 });
    return new TraceWriter(file, path, 0);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    throw traceFailure("create", path, error);
  }
}

/**
 * Opens a trace to go on with it, and closes a torn last line with a newline.
 *
 * @throws {OperationError} `trace_write_failed` when it is missing or no plain file.
 */
export function reopenTrace(path: string): TraceWriter {
  let file: Deno.FsFile;
  try {
    if (!Deno.lstatSync(path).isFile) throw new Error("it is not a plain file");
    file = Deno.openSync(path, { read: true, append: true });
  } catch (error) {
    throw traceFailure("open", path, error);
  }
  const { size } = file.statSync();
  const writer = new TraceWriter(file, path, size);
  if (size > 0) {
    const last = new Uint8Array(1);
    file.seekSync(size - 1, Deno.SeekMode.Start);
    file.readSync(last);
    if (last[0] !== NEWLINE) writer.append("");
  }
  return writer;
}
