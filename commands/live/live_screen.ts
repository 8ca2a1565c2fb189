/** Draws lines at the bottom of a terminal, below what is written, and takes them away in the end. */
import { WaveError } from "../../event/errors.ts";
import type { Output } from "../cli/command.ts";
import { listenToSignal, stopListening } from "../cli/listen_to_signal.ts";
import { columnsOf } from "../output/fit_line.ts";

/** At most ten times a second. */
const DRAW_MS = 100;
/** Without news, so that elapsed times move. */
const TICK_MS = 1000;
/** Without a tick for so long, the process was stopped (Ctrl-Z) and goes on now. */
const STOPPED_MS = 700;

/** Rows that lines take: a terminal that has become narrower wraps what it shows. */
function rowsOf(lines: readonly string[], width: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / width)), 0);
}

/**
 * `lines` tells what to draw, whenever it is drawn. Writing goes through `output`, whose `send` never makes
 * the process wait; while a reader has stopped reading nothing is drawn.
 */
export class LiveScreen {
  /** For what is to stand above the view, and scroll away. */
  readonly output: Output;
  readonly #terminal: Output;
  readonly #lines: () => readonly string[];
  #drawn: readonly string[] = [];
  #drawnAt = -Infinity;
  #hidden = false;
  /** Writes that have begun, or wait for their turn. */
  #busy = 0;
  #last: Promise<void> = Promise.resolve();
  #dirty = false;
  #timer: ReturnType<typeof setInterval> | null = null;
  #tickedAt = performance.now();
  readonly #onContinued = () => {
    // Unless a tick has noticed it before.
    if (performance.now() - this.#drawnAt > STOPPED_MS) this.#forget();
  };

  constructor(terminal: Output, lines: () => readonly string[]) {
    this.#terminal = terminal;
    this.#lines = lines;
    this.output = {
      isTerminal: true,
      get width() {
        return terminal.width;
      },
      get height() {
        return terminal.height;
      },
      write: (text) => terminal.write(this.#framed(text)),
      send: (text) => this.#send(text),
    };
  }

  /** Begins to draw. */
  start(): void {
    if (this.#timer !== null) return;
    this.#tickedAt = performance.now();
    this.#timer = setInterval(() => this.#tick(), DRAW_MS);
    listenToSignal("SIGCONT", this.#onContinued);
  }

  /** What is drawn is no longer what is so. */
  touch(): void {
    this.#dirty = true;
  }

  /** Takes the lines away, until `show`. */
  async hide(): Promise<void> {
    this.#hidden = true;
    await this.#redraw();
  }

  show(): void {
    this.#hidden = false;
    this.#dirty = true;
  }

  /** Takes the lines away for good. */
  async end(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    stopListening("SIGCONT", this.#onContinued);
    await this.#redraw();
  }

  /** Draws anew: the process was stopped, and the shell has written below what was drawn. */
  #forget(): void {
    this.#drawn = [];
    this.#dirty = true;
  }

  #tick(): void {
    const gap = performance.now() - this.#tickedAt;
    this.#tickedAt += gap;
    if (gap > STOPPED_MS) this.#forget();
    const waited = performance.now() - this.#drawnAt;
    if (this.#hidden || this.#busy > 0 || (!this.#dirty && waited < TICK_MS)) return;
    void this.#redraw();
  }

  async #redraw(): Promise<void> {
    try {
      await this.#send("");
    } catch (error) {
      // The terminal is gone, as whoever writes to it is told.
      this.#hidden = true;
      if (!(error instanceof WaveError || error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  }

  /** One after the other: what is drawn is known only when it is written. */
  async #send(text: string): Promise<void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    this.#busy++;
    try {
      await before;
      await this.#terminal.send(this.#framed(text));
    } finally {
      this.#busy--;
      resolve();
    }
  }

  /** `text` in the place of what is drawn, and the lines of now below it. */
  #framed(text: string): string {
    const rows = rowsOf(this.#drawn, this.#terminal.width);
    const erased = rows === 0 ? "" : `\x1b[${rows}A\r\x1b[J`;
    const lines = this.#hidden || this.#timer === null ? [] : this.#lines();
    this.#drawn = lines;
    this.#drawnAt = performance.now();
    this.#dirty = false;
    return `${erased}${text}${lines.map((line) => `${line}\n`).join("")}`;
  }
}
