/** The pipes to and from a program. */
import { delay } from "../../event/delay.ts";
import { Tail } from "./output_tail.ts";

/** For a program's stdin: a text, or what is said to it while it works, up to the end of the stream. */
export type Input = string | ReadableStream<string>;

export interface PipeOptions {
  readonly stdin?: Input;
  readonly onOutput: (stream: "stdout" | "stderr", bytes: Uint8Array) => void;
}

/** How long a pipe may stay open after the last process that could be found has ended. */
const DRAIN_MS = 1000;

/** Writes the input, hands on the output, and keeps the end of stderr. */
export class Pipes implements AsyncDisposable {
  readonly #readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | null;
  readonly #input: ReadableStreamDefaultReader<string> | null;
  readonly #done: Promise<unknown>;
  readonly #tail = new Tail();
  #cut = false;
  #error: unknown = null;

  /**
   * `onBytes` is called when something was written, `onError` with what `onOutput` threw: from then on the
   * output is read and dropped, so that the program does not block.
   */
  constructor(
    child: Deno.ChildProcess,
    options: PipeOptions,
    onBytes: () => void,
    onError: (error: unknown) => void,
  ) {
    const { stdin, onOutput } = options;
    this.#writer = stdin === undefined ? null : child.stdin.getWriter();
    this.#input = typeof stdin === "object" ? stdin.getReader() : null;
    const pump = async (name: "stdout" | "stderr", stream: ReadableStream<Uint8Array>) => {
      const reader = stream.getReader();
      this.#readers.push(reader);
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        onBytes();
        if (name === "stderr") this.#tail.keep(part.value);
        if (this.#error !== null) continue;
        try {
          onOutput(name, part.value);
        } catch (error) {
          this.#error = error;
          onError(error);
        }
      }
    };
    this.#done = Promise.all([
      pump("stdout", child.stdout),
      pump("stderr", child.stderr),
      this.#feed(stdin),
    ]);
  }

  /** What `onOutput` threw first, or null. */
  get error(): unknown {
    return this.#error;
  }

  /** True when the output was cut, because something that no mark finds held it open. */
  get isCut(): boolean {
    return this.#cut;
  }

  /** The last 2 KiB of stderr. */
  stderrTail(): string {
    return this.#tail.text();
  }

  /** Waits for the end of the output, or a second when no process is left that should hold it. */
  async drain(): Promise<void> {
    // It has ended: what is still to be said to it, nobody would hear.
    await this.#input?.cancel();
    const patience = new AbortController();
    const late = delay(DRAIN_MS, patience.signal).then(() => !patience.signal.aborted);
    this.#cut = await Promise.race([this.#done.then(() => false), late]);
    patience.abort();
    await late;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input?.cancel();
    for (const reader of this.#readers) await reader.cancel();
    await this.#writer?.abort().catch(ignoreBrokenPipe);
    await this.#done;
  }

  async #feed(stdin: Input | undefined): Promise<void> {
    if (this.#writer === null || stdin === undefined) return;
    const encoder = new TextEncoder();
    try {
      if (typeof stdin === "string") await this.#writer.write(encoder.encode(stdin));
      for (
        let part = await this.#input?.read();
        part?.done === false;
        part = await this.#input?.read()
      ) {
        await this.#writer.write(encoder.encode(part.value));
      }
      await this.#writer.close();
    } catch (error) {
      ignoreBrokenPipe(error);
    }
  }
}

/** A program need not read its input: a pipe that it closed, or that was given up, is no failure. */
function ignoreBrokenPipe(error: unknown): void {
  if (error === undefined || error instanceof Deno.errors.BrokenPipe) return;
  if (error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.BadResource) return;
  throw error;
}
