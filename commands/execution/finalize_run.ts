/** Writes down the end of a run whose process is gone, and ends what that left running. */
import { endAllOrThrow, type EndReport } from "../../executor/processes/end_processes.ts";
import type { Target } from "../../executor/processes/process_finder.ts";
import { receiptOf } from "../../executor/run/forced_ends.ts";
import { isNonce, markOf } from "../../executor/processes/process_marker.ts";
import { interruption } from "../../state/live/liveness.ts";
import type { RunRecord } from "../../state/records/records.ts";
import { finalizeRecording } from "../../state/recording/finalize_recording.ts";
import type { Records } from "./open_records.ts";

/**
 * What is looked for when the processes of a run's open steps are meant. A damaged mark is left out: it
 * is nobody's, and must not keep the run from being settled or removed.
 */
export function targetsOf(record: RunRecord): Target[] {
  return record.steps.flatMap(({ nonce, process }) =>
    nonce === null || !isNonce(nonce) ? [] : [{ mark: markOf(nonce), process }]
  );
}

/**
 * Ends every process that the open steps of a run left.
 *
 * @returns how; null where no step was open.
 * @throws {OperationError} `process_will_not_die`.
 */
export async function endLeftovers(
  { finder, graceMs }: Pick<Records, "finder" | "graceMs">,
  record: RunRecord,
): Promise<EndReport | null> {
  const targets = targetsOf(record);
  if (targets.length === 0) return null;
  return await endAllOrThrow(finder, targets, { graceMs });
}

/**
 * Settles an interrupted run (contract, section 4).
 *
 * @param status `cancelled` when this process ended the owner on a forced request.
 * @param reason by what it was cancelled, as a clause; of a failed one what its error says.
 * @returns the record as it is then; null when a process owns the run after all.
 */
export async function settleRun(
  records: Records,
  runId: string,
  status: "failed" | "cancelled",
  reason: (record: RunRecord) => string = status === "failed" ? interruption : () => "cancelled",
): Promise<RunRecord | null> {
  return await finalizeRecording({
    ...records.recording(),
    runId,
    status,
    message: reason,
    prepare: async (record) => {
      const report = await endLeftovers(records, record);
      if (report === null) return null;
      const receipt = receiptOf(
        report,
        status === "failed" ? "the run was interrupted" : reason(record),
      );
      // The processes of another container are not seen from here.
      if (record.owner.host !== records.owner.host) return { ...receipt, proven: false };
      return report.signalled.length === 0 ? null : receipt;
    },
  });
}
