/** Writes down the end of a run whose process is gone, and ends what that left running. */
import { endAllOrThrow, type EndReport } from "../../executor/processes/end_processes.ts";
import type { Target } from "../../executor/processes/process_finder.ts";
import { receiptOf } from "../../executor/run/forced_ends.ts";
import { isNonce, markOf } from "../../executor/processes/process_marker.ts";
import { interruption } from "../../state/live/liveness.ts";
import type { RunRecord } from "../../state/records/records.ts";
import { finalizeRecording } from "../../state/recording/finalize_recording.ts";
import type { HookStarted } from "../../event/event.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import type { Records } from "./open_records.ts";
import { hookTargets, startedHooks } from "./recorded_hooks.ts";

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
 * Ends every process that the open steps of a run left, and its hooks.
 *
 * @returns how; null where there is nothing to look for.
 * @throws {OperationError} `process_will_not_die`.
 */
export async function endLeftovers(
  { finder, graceMs }: Pick<Records, "finder" | "graceMs">,
  record: RunRecord,
  hooks: readonly HookStarted[] = [],
): Promise<EndReport | null> {
  const targets = [...targetsOf(record), ...hookTargets(hooks)];
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
  return await settle(records, runId, status, reason);
}

/**
 * As {@linkcode settleRun}, and runs the hooks of the run's end, unless its own process had begun with them.
 *
 * @param root of the project.
 */
export async function settleWithHooks(
  records: Records,
  runId: string,
  root: string,
  { status = "failed", reason = status === "failed" ? interruption : () => "cancelled" }: {
    readonly status?: "failed" | "cancelled";
    readonly reason?: (record: RunRecord) => string;
  } = {},
): Promise<RunRecord | null> {
  return await settle(records, runId, status, reason, async (recording, message) => {
    const { paths, now, env: environment } = records.recording();
    if (startedHooks(paths, runId).some(({ data }) => data.hook !== "started")) return;
    // What reads definitions takes longer to load than most of what settles a run.
    const [{ hooksOfToday }, { runHooks }] = await Promise.all([
      import("./defined_hooks.ts"),
      import("./run_hooks.ts"),
    ]);
    const sources = hooksOfToday(recording, root);
    const options = { paths, root: Deno.realPathSync(root), environment, now };
    const { finder, graceMs } = records;
    const never = new AbortController().signal;
    await runHooks(recording, sources, { status, message }, { ...options, finder, graceMs }, never);
  });
}

async function settle(
  records: Records,
  runId: string,
  status: "failed" | "cancelled",
  reason: (record: RunRecord) => string,
  beforeEnd?: (recording: Recording, message: string) => Promise<void>,
): Promise<RunRecord | null> {
  const options = records.recording();
  return await finalizeRecording({
    beforeEnd,
    ...options,
    runId,
    status,
    message: reason,
    prepare: async (record) => {
      const report = await endLeftovers(records, record, startedHooks(options.paths, runId));
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
