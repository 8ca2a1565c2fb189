/** Which pids went to the leaders of attempts, so that a look for another attempt passes them over. */

/** The most that are kept; a leader that is forgotten is only looked at like any other process. */
const CAPACITY = 500;

export class StartedLeaders {
  readonly #leaders: { readonly pid: number; readonly at: number }[] = [];

  /** `at` is by `performance.now()`, not before the leader was started. */
  add(pid: number, at: number): void {
    this.#leaders.push({ pid, at });
    if (this.#leaders.length > CAPACITY) this.#leaders.shift();
  }

  /** The pids of those that were added at `time` or later. */
  since(time: number): readonly number[] {
    const first = this.#leaders.findLastIndex(({ at }) => at < time) + 1;
    return this.#leaders.slice(first).map(({ pid }) => pid);
  }
}
