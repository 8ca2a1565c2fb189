/**
 * What a program writes, as `output` events: one a line, none longer than 64 KiB, secrets replaced even
 * where the border of two events cuts them. A line whose end does not come is recorded piece by piece.
 */
import type { EventDraft } from "../../event/event.ts";
import type { Redactor } from "../../event/redaction/redact.ts";
import {
  createStreamRedactor,
  safeBorder,
  type StreamRedactor,
} from "../../event/redaction/redact_stream.ts";

export type OutputStream = "stdout" | "stderr";

export interface OutputOptions {
  readonly stepId: string;
  readonly persona: string | null;
  readonly attempt: number;
  readonly emit: (draft: EventDraft) => void;
  /** True of a stream that is no text for a person: `logs` shows it with `--raw` alone. */
  readonly raw?: boolean;
  /** Replaces secrets. Without it the text is emitted as it is. */
  readonly redactor?: Redactor | undefined;
  /** Gets each whole line as it was written, decoded; of one longer than 16 MiB only its end. */
  readonly onLine?: (stream: OutputStream, text: string) => void;
  /** After how many milliseconds the beginning of a line is recorded whose end has not come. */
  readonly patienceMs?: number;
}

/** Disposing of one whose program was never seen to its end stops its timers. */
export interface OutputRecorder extends Disposable {
  /** Records every line that ends in `bytes`. */
  write(stream: OutputStream, bytes: Uint8Array): void;
  /** Records a last line without a newline. */
  end(): void;
}

/** Whoever watches a progress bar or a question without a newline sees it after a second. */
const PATIENCE_MS = 1000;

export function outputRecorder(options: OutputOptions): OutputRecorder {
  const streams = {
    stdout: new StreamRecorder("stdout", options),
    stderr: new StreamRecorder("stderr", options),
  };
  return {
    write: (stream, bytes) => streams[stream].write(bytes),
    end() {
      streams.stdout.end();
      streams.stderr.end();
    },
    [Symbol.dispose]() {
      streams.stdout[Symbol.dispose]();
      streams.stderr[Symbol.dispose]();
    },
  };
}

const MAX_EVENT_BYTES = 64 << 10;
const MAX_LINE_UNITS = 16 << 20;
const NEWLINE = 10;
/** Bytes that are no UTF-8 are shown by characters of three bytes each. */
const MAX_BAD_BYTES = Math.floor(MAX_EVENT_BYTES / 3);

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** One character a byte. */
const byteText = new TextDecoder("latin1");
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** Null when the bytes are not UTF-8. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

class StreamRecorder implements Disposable {
  readonly #stream: OutputStream;
  readonly #options: OutputOptions;
  readonly #redactor: StreamRedactor | null;
  /** The bytes of a line whose end has not come. */
  #lineStart: Uint8Array | null = null;
  #used = 0;
  /** Redacted text of a line whose end has not come. */
  #text = "";
  /** True when an event of the present line has been recorded. */
  #continued = false;
  /** What `onLine` gets at the end of the line. */
  #line = "";
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** When the oldest byte came that is not recorded, as `performance.now` tells it. */
  #waitingSince = 0;

  /** Made when a line comes in pieces: most programs write little, and most steps nothing. */
  get #buffer(): Uint8Array {
    return this.#lineStart ??= new Uint8Array(MAX_EVENT_BYTES);
  }

  constructor(stream: OutputStream, options: OutputOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#redactor = options.redactor === undefined ? null : createStreamRedactor(options.redactor);
  }

  write(bytes: Uint8Array): void {
    if (this.#used === 0 || bytes.includes(NEWLINE)) this.#waitingSince = performance.now();
    for (let at = 0; at < bytes.length; at += MAX_EVENT_BYTES) {
      this.#writePart(bytes.subarray(at, at + MAX_EVENT_BYTES));
    }
    if (this.#used > 0) this.#wait();
  }

  /** One timer serves many lines: most of them end long before it fires. */
  #wait(): void {
    if (this.#timer !== null) return;
    const { patienceMs = PATIENCE_MS } = this.#options;
    const left = this.#waitingSince + patienceMs - performance.now();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#used === 0) return;
      if (performance.now() - this.#waitingSince < patienceMs) return this.#wait();
      this.#recordBeginning();
    }, Math.max(1, left));
  }

  /** Records what has come of a line, as far as it is safe to be cut there. */
  #recordBeginning(): void {
    const held = this.#buffer.subarray(0, this.#used);
    const cut = this.#border(held, 0);
    if (cut === 0) return;
    this.#take(held.subarray(0, cut), false);
    this.#buffer.copyWithin(0, cut, this.#used);
    this.#used -= cut;
    this.#waitingSince = performance.now();
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  end(): void {
    this[Symbol.dispose]();
    if (this.#used > 0) this.#takeLast(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
    this.#flushText();
    if (this.#line !== "") this.#options.onLine?.(this.#stream, this.#line);
    this.#line = "";
  }

  /** At most as many bytes as an event holds. */
  #writePart(bytes: Uint8Array): void {
    let rest = bytes;
    if (this.#used > 0) {
      const first = rest.indexOf(NEWLINE);
      this.#collect(first < 0 ? rest : rest.subarray(0, first));
      if (first < 0) return;
      this.#take(this.#buffer.subarray(0, this.#used), true);
      this.#used = 0;
      rest = rest.subarray(first + 1);
    }
    const last = rest.lastIndexOf(NEWLINE);
    if (last >= 0) this.#takeLines(rest.subarray(0, last));
    this.#collect(rest.subarray(last + 1));
  }

  /** Keeps bytes of an unfinished line, and records them when they fill an event. */
  #collect(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const part = rest.subarray(0, MAX_EVENT_BYTES - this.#used);
      this.#buffer.set(part, this.#used);
      this.#used += part.length;
      rest = rest.subarray(part.length);
      if (this.#used < MAX_EVENT_BYTES) return;
      const cut = this.#border(this.#buffer);
      this.#take(this.#buffer.subarray(0, cut), false);
      this.#buffer.copyWithin(0, cut);
      this.#used = MAX_EVENT_BYTES - cut;
    }
  }

  /** Where `bytes` are cut: not within a character, nor within a secret, even if they are no UTF-8. */
  #border(bytes: Uint8Array, otherwise?: number): number {
    const whole = wholeCharacters(bytes);
    const { redactor } = this.#options;
    if (redactor === undefined) return whole;
    const start = otherwise === undefined ? whole >> 1 : 0;
    const cut = start + safeBorder(redactor, byteText.decode(bytes.subarray(start, whole)));
    return cut > start ? cut : otherwise ?? whole;
  }

  /** Lines with their newlines, but for the last one; decoded at once when all of them are UTF-8. */
  #takeLines(bytes: Uint8Array): void {
    const text = decoded(bytes);
    if (text !== null) return this.#takeText(text, true);
    for (let start = 0; start <= bytes.length;) {
      const found = bytes.indexOf(NEWLINE, start);
      const end = found < 0 ? bytes.length : found;
      this.#take(bytes.subarray(start, end), true);
      start = end + 1;
    }
  }

  /** A line or a part of one; `ended` when its newline follows. */
  #take(bytes: Uint8Array, ended: boolean): void {
    const text = decoded(bytes);
    if (text !== null) return this.#takeText(text, ended);
    this.#flushText();
    this.#readLine(lossy.decode(bytes), ended);
    let rest = bytes;
    while (rest.length > MAX_BAD_BYTES) {
      const cut = this.#border(rest.subarray(0, MAX_BAD_BYTES));
      this.#emitBytes(rest.subarray(0, cut), false);
      rest = rest.subarray(cut);
    }
    this.#emitBytes(rest, ended);
  }

  /** As `#take`, of what nothing follows: it is one event, and none of it is held back for long. */
  #takeLast(bytes: Uint8Array): void {
    const text = decoded(bytes);
    if (text === null) return this.#take(bytes, false);
    this.#readLine(text, false);
    this.#record(
      this.#redactor === null ? text : this.#redactor.push(text) + this.#redactor.flush(),
    );
  }

  #emitBytes(bytes: Uint8Array, ended: boolean): void {
    this.#emit(lossy.decode(bytes), ended, bytes.toBase64());
  }

  #takeText(text: string, ended: boolean): void {
    this.#readLine(text, ended);
    const whole = ended ? `${text}\n` : text;
    this.#record(this.#redactor === null ? whole : this.#redactor.push(whole));
    // A part of a line that is not held back is emitted at once, so that a long line needs no memory.
    if (!ended && this.#text !== "") this.#recordRest();
  }

  #flushText(): void {
    if (this.#redactor !== null) this.#record(this.#redactor.flush());
    if (this.#text !== "") this.#recordRest();
  }

  /** Records the lines that end in `text`, and keeps the rest. */
  #record(text: string): void {
    const lines = text.split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      this.#emit(this.#text + line, true);
      this.#text = "";
    }
    this.#text += rest;
  }

  #recordRest(): void {
    this.#emit(this.#text, false);
    this.#text = "";
  }

  #emit(message: string, ended: boolean, bytes?: string): void {
    const { stepId, persona, attempt, emit, raw } = this.#options;
    emit({
      step_id: stepId,
      state: "output",
      persona,
      attempt,
      message,
      data: {
        stream: this.#stream,
        ...(this.#continued ? { continued: true } : {}),
        ...(bytes === undefined ? {} : { bytes }),
        ...(raw === true ? { raw: true } : {}),
      },
    });
    this.#continued = !ended;
  }

  #readLine(text: string, ended: boolean): void {
    const { onLine } = this.#options;
    if (onLine === undefined) return;
    if (!ended) {
      this.#line = (this.#line + text).slice(-MAX_LINE_UNITS);
      return;
    }
    for (const line of (this.#line + text).split("\n")) onLine(this.#stream, line);
    this.#line = "";
  }
}

/** How many of these bytes end with a whole character; all of them when the end is no UTF-8 anyway. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3; back++) {
    const byte = bytes.at(-back) ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
