/** Ends an agent that has answered and does not end by itself. */

/** Some agents hang behind their answer, with a tool or a connection that they do not close. */
export const LINGER_MS = 60_000;
/** So long an agent may take to end by itself once nothing more is said to it. */
export const HANG_UP_MS = 2000;

/** Aborts its signal when an agent that has answered writes nothing more for so long. */
export class Linger implements Disposable {
  readonly #ms: number;
  readonly #over = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  heard(answered: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = answered ? setTimeout(() => this.#over.abort(), this.#ms) : undefined;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
