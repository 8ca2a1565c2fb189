/** Writes the events of a stream as fast as a reader takes them, and gathers meanwhile what comes. */
import type { RunEvent } from "../../event/event.ts";
import type { EventStream } from "./event_stream.ts";

export class QueuedStream {
  readonly #stream: EventStream;
  readonly #stop = new AbortController();
  #writing: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(stream: EventStream) {
    this.#stream = stream;
  }

  /** Aborts when nothing can be written any more; the reason is the error. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Characters that wait for the reader. */
  get waiting(): number {
    return this.#stream.length;
  }

  add(event: RunEvent): void {
    this.#stream.add(event);
    this.#begin();
  }

  /** As `add`, of an event whose JSON is at hand. Resolves when there is room for another one. */
  async addEntry(entry: Parameters<EventStream["addEntry"]>[0]): Promise<void> {
    this.#stream.addEntry(entry);
    this.#begin();
    if (this.#stream.isFull) await this.#writing;
  }

  /** Resolves when all is written. @throws what writing threw since, a closed pipe for one. */
  async end(): Promise<void> {
    await this.#writing;
    if (this.#failure !== null) throw this.#failure.error;
  }

  #begin(): void {
    if (this.#failure !== null) this.#stream.take();
    else this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    try {
      while (this.#stream.length > 0) await this.#stream.flush();
    } catch (error) {
      this.#failure = { error };
      this.#stream.take();
      this.#stop.abort(error);
    }
    this.#writing = null;
  }
}
