/** Gives out the slots for work that runs at the same time, over a run and the runs within it. */
import type { Slots } from "../api.ts";

interface Waiter {
  readonly give: (slot: Disposable) => void;
}

/** Given out in the order of asking. */
export class WorkerSlots implements Slots {
  #free: number;
  readonly #waiters = new Set<Waiter>();

  /** @param count at least 1. */
  constructor(count: number) {
    this.#free = Math.max(1, count);
  }

  take(signal: AbortSignal): Promise<Disposable> {
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

  #slot(): Disposable {
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
