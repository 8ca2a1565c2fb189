/** Interrupted runs of which processes still work (contract, section 8). */
import type { ObservedRun } from "../../state/records/records.ts";
import type { RunReader } from "../../state/records/run_reader.ts";
import { safeLine } from "../output/safe_text.ts";

export interface LeftOver {
  readonly run: ObservedRun;
  readonly pids: readonly number[];
}

/** Those runs, newest first. Looks for processes only where a run was interrupted in the middle of a step. */
export async function leftOvers(reader: Pick<RunReader, "runs">): Promise<LeftOver[]> {
  const interrupted = reader.runs({ interrupted: true }).runs
    .filter(({ record }) => record.steps.some(({ nonce }) => nonce !== null));
  if (interrupted.length === 0) return [];
  // What searches is loaded by nobody else who only reads.
  const { findLeftOvers } = await import("./find_left_overs.ts");
  return await findLeftOvers(interrupted);
}

/** A line each, with what to type. */
export function leftOverNote(leftOver: readonly LeftOver[]): string {
  return leftOver.map(({ run, pids }) => {
    const id = safeLine(run.record.id);
    const what = pids.length === 1 ? "1 process" : `${pids.length} processes`;
    const verb = pids.length === 1 ? "runs" : "run";
    return `${what} of failed run ${id} still ${verb}: wave cancel ${id}\n`;
  }).join("");
}
