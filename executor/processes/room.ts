/** How many programs the system lets this process run at a time: found out when it refuses one. */
import { systemCode } from "../../event/system_error.ts";

/** Out of open files, of this process or the system's, of processes, of memory; named or numbered. */
const NO_ROOM: readonly (string | null)[] = [
  ...["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"],
  ...["E24", "E23", "E11", "E35", "E12"],
];

/** A program that was started; disposed when it has ended. */
export interface Started<Child> extends Disposable {
  readonly child: Child;
}

export class Room {
  #running = 0;
  #most = Infinity;
  readonly #waiting = new Set<() => void>();

  /**
   * Starts a program. Where the system has no room for another one, this waits until one of those that
   * run has ended, and from then on fewer run at a time; `onWait` is told the first time. Null when
   * `signal` is aborted meanwhile.
   *
   * @throws what `start` throws, when it is something else, or when nothing runs that could end.
   */
  async start<Child>(
    start: () => Child,
    signal: AbortSignal,
    onWait: (cause: Error) => void,
  ): Promise<Started<Child> | null> {
    let told = false;
    while (!signal.aborted) {
      if (this.#running < this.#most) {
        try {
          return this.#started(start());
        } catch (error) {
          if (!(error instanceof Error) || this.#running === 0) throw error;
          if (!NO_ROOM.includes(systemCode(error))) throw error;
          // One fewer than fit: files that are not the pipes of programs have to be opened, too.
          this.#most = Math.max(1, this.#running - 1);
          if (!told) onWait(error);
          told = true;
        }
      }
      await this.#oneEnded(signal);
    }
    return null;
  }

  #started<Child>(child: Child): Started<Child> {
    this.#running++;
    return {
      child,
      [Symbol.dispose]: () => {
        this.#running--;
        for (const wake of this.#waiting) wake();
      },
    };
  }

  #oneEnded(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}
