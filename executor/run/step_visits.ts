/** How often steps were started in a run, so that no gate and no rework keeps it running for ever. */
import type { Step } from "../language/model/pipeline.ts";

export class StepVisits {
  readonly #mostTogether: number | null;
  readonly #visits = new Map<string, number>();
  #together = 0;

  /**
   * @param mostTogether of all steps; null: each step has its own limit alone.
   * @param before how often each step was started before a resume.
   */
  constructor(mostTogether: number | null, before: ReadonlyMap<string, number> = new Map()) {
    this.#mostTogether = mostTogether;
    for (const [id, visits] of before) {
      this.#visits.set(id, visits);
      this.#together += visits;
    }
  }

  /** How often the step was started, the last time too. */
  of(id: string): number {
    return this.#visits.get(id) ?? 0;
  }

  /** Counts that the step is started; why it must not be, when it was too often. */
  add({ id, maxVisits }: Step): string | null {
    const visits = (this.#visits.get(id) ?? 0) + 1;
    this.#visits.set(id, visits);
    this.#together++;
    if (visits > maxVisits) {
      return `it was started ${maxVisits} times, as often as max_visits allows`;
    }
    if (this.#mostTogether === null || this.#together <= this.#mostTogether) return null;
    return `steps were started ${this.#mostTogether} times, as often as max_step_visits allows`;
  }

  /** Begins anew with some steps: those of a loop, whose iterations have a limit of their own. */
  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#visits.delete(id);
  }
}
