/**
 * The last resort: an error that nothing caught, of a timer or a listener, is a bug of wave. The runtime
 * would end this process at once, and the processes of its run would live on.
 */
import { delay } from "../../event/delay.ts";

/** How long a run that is ended by force may take: the grace of its processes, and what their end takes. */
const ENDS_WITHIN_MS = 15_000;

/** Keeps the first error that nothing caught, for as long as it lives, and calls `onFirst` with it. */
export class UncaughtErrors implements Disposable {
  readonly #onFirst: (error: Error) => void;
  readonly #ended = new AbortController();
  readonly #overdue = Promise.withResolvers<never>();
  #first: Error | null = null;

  constructor(onFirst: (error: Error) => void) {
    this.#onFirst = onFirst;
    globalThis.addEventListener("error", this.#onError);
    globalThis.addEventListener("unhandledrejection", this.#onRejection);
    // Nobody may be waiting for it.
    this.#overdue.promise.catch(() => {});
  }

  /**
   * What `work` resolves to.
   *
   * @throws {Error} the first uncaught error, once `work` has ended, or some seconds after the error if it
   * does not end: what it waits for may be gone with the error.
   */
  async around<T>(work: Promise<T>): Promise<T> {
    const outcome = await Promise.race([work, this.#overdue.promise]).catch((error) => {
      throw this.#first ?? error;
    });
    if (this.#first !== null) throw this.#first;
    return outcome;
  }

  #keep(thrown: unknown): void {
    if (this.#first !== null) return;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#first = error;
    delay(ENDS_WITHIN_MS, this.#ended.signal).then(() => this.#overdue.reject(error));
    this.#onFirst(error);
  }

  readonly #onError = (event: ErrorEvent): void => {
    event.preventDefault();
    this.#keep(event.error);
  };

  readonly #onRejection = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    this.#keep(event.reason);
  };

  [Symbol.dispose](): void {
    this.#ended.abort();
    globalThis.removeEventListener("error", this.#onError);
    globalThis.removeEventListener("unhandledrejection", this.#onRejection);
  }
}
