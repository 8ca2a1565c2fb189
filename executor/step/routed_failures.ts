/** The failures of steps from which an edge leads on. */
import { leadsBack } from "./failure_ways.ts";
import type { Step } from "../language/model/pipeline.ts";

export class RoutedFailures {
  readonly #messages = new Map<string, string>();
  readonly #repeated = new Map<string, string>();

  /** @param repeated why no edge may lead back, when it fails for the same reason again and again. */
  add(id: string, message: string, repeated?: string): void {
    this.#messages.set(id, message);
    if (repeated !== undefined) this.#repeated.set(id, repeated);
  }

  forget(id: string): void {
    this.#messages.delete(id);
    this.#repeated.delete(id);
  }

  /** Step and reason of each, oldest first. */
  all(): Iterable<readonly [id: string, message: string]> {
    return this.#messages;
  }

  /** The failure of a step, or of what a step that only routes waits for; null where nothing failed. */
  of(step: Step): string | null {
    const told = sourcesOf(step).flatMap((id) => {
      const message = this.#messages.get(id);
      return message === undefined ? [] : [`step ${id} failed: ${message}`];
    });
    return told.length === 0 ? null : told.join("\n");
  }

  /** Why the run does not go on to `target`, which leads back to what has failed; null where it may. */
  repeatedOf(step: Step, target: string, steps: ReadonlyMap<string, Step>): string | null {
    for (const id of sourcesOf(step)) {
      const reason = this.#repeated.get(id);
      if (reason === undefined || !leadsBack(target, id, steps)) continue;
      return id === step.id ? reason : `step ${id} failed: ${reason}`;
    }
    return null;
  }
}

function sourcesOf({ id, routes, dependencies }: Step): readonly string[] {
  return routes ? dependencies : [id];
}
