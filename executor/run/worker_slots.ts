/** The places for work that runs at the same time, over a run and the runs within it. */

/** A place that is taken; disposing gives it back. */
export type Slot = Disposable;

interface Waiter {
  readonly give: (slot: Slot) => void;
}

/** Given out in the order of asking. */
export class Slots {
  #free: number;
  readonly #waiters = new Set<Waiter>();

  /** @param count at least 1. */
  constructor(count: number) {
    this.#free = Math.max(1, count);
  }

  /**
   * Resolves with a place as soon as one is free.
   *
   * @throws the signal's reason when it aborts first.
   */
  take(signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve(this.#slot());
    }
    return new Promise((resolve, reject) => {
      const stopWaiting = () => {
        this.#waiters.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        give: (slot) => {
          signal.removeEventListener("abort", stopWaiting);
          resolve(slot);
        },
      };
      signal.addEventListener("abort", stopWaiting, { once: true });
      this.#waiters.add(waiter);
    });
  }

  #slot(): Slot {
    let given = false;
    return {
      [Symbol.dispose]: () => {
        if (given) return;
        given = true;
        const [next] = this.#waiters;
        if (next === undefined) {
          this.#free++;
          return;
        }
        this.#waiters.delete(next);
        next.give(this.#slot());
      },
    };
  }
}
