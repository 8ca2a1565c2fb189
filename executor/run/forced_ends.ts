/** What is known of the programs of a step that were ended by force: the receipts of its events. */
import type { Receipt } from "../../event/event.ts";
import { type EndReport, unprovenEnd } from "../processes/end_processes.ts";
import { joinReceipts, MOST_PIDS } from "../../event/receipt.ts";
import { describeExit, type StepExit } from "../processes/exit.ts";

/** Collects receipts until the event that ends the attempt takes them. */
export class ForcedEnds {
  readonly #receipts = new Map<string, Receipt>();
  readonly #failures = new Map<string, string>();
  #unproven: string | null = null;

  /**
   * Notes how a program of a step ended. `stopped`: why the run is being stopped by force, or null.
   *
   * @returns what is left of a program that ended by itself, for a warning; else null.
   */
  add(stepId: string, exit: StepExit, stopped: string | null): string | null {
    const { end } = exit;
    if (end === null) return null;
    const failure = end.reason === null ? null : unprovenEnd(end);
    if (!isForced(exit)) {
      // Where nothing can be told at all, that is told once, when the run begins.
      return end.left.length === 0 || end.reason === "no_proc" ? null : failure?.message ?? null;
    }
    const askedBy = exit.kind !== "cancelled"
      ? describeExit(exit)
      : stopped ?? "it had answered and did not end";
    const before = this.#receipts.get(stepId) ?? null;
    this.#receipts.set(stepId, joinReceipts(before, receiptOf(end, askedBy)));
    if (failure !== null) {
      this.#failures.set(stepId, failure.message);
      this.#unproven ??= failure.message;
    }
    return null;
  }

  /** The receipt of what ended since the last call. */
  take(stepId: string): { readonly receipt?: Receipt } {
    const receipt = this.#receipts.get(stepId);
    this.#receipts.delete(stepId);
    return receipt === undefined ? {} : { receipt };
  }

  /** Why it is not proven that nothing is left of what ended since the last call; else null. */
  takeFailure(stepId: string): string | null {
    const failure = this.#failures.get(stepId) ?? null;
    this.#failures.delete(stepId);
    return failure;
  }

  /** Why the run must not be called cancelled: the first end that is not proven. */
  get unproven(): string | null {
    return this.#unproven;
  }
}

/** The receipt of an end that `askedBy` wanted. */
export function receiptOf(end: EndReport, askedBy: string): Receipt {
  return {
    asked_by: askedBy,
    signalled: end.signalled.map(({ signal, pids }) => ({
      signal,
      processes: pids.length,
      pids: pids.slice(0, MOST_PIDS),
    })),
    looked_at: new Date(end.lookedAt).toISOString(),
    left: end.left,
    proven: end.reason === null,
  };
}

function isForced({ kind }: StepExit): boolean {
  return kind === "cancelled" || kind === "timed_out" || kind === "silent" ||
    kind === "over_budget";
}
