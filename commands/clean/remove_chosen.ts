/** The half of `wave clean` that writes: settles, removes, and lets git forget. */
import { OperationError, WaveError } from "../../event/errors.ts";
import { forgetWorktrees, hasWorktrees } from "../../executor/files/worktrees.ts";
import { type BranchVerdict, removeBranches } from "../../executor/files/remove_branches.ts";
import { worktreeBranches } from "../../executor/files/worktree_branches.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import type { RunSummary } from "../../state/records/records.ts";
import { type RemoveResult, removeRuns } from "../../state/removal/remove_runs.ts";
import type { Context } from "../cli/command.ts";
import { settleRun } from "../execution/finalize_run.ts";
import { openRecords, type Records } from "../execution/open_records.ts";
import { printError, printWarning } from "../output/print.ts";
import { progressLine } from "../output/progress_line.ts";
import { safeLine } from "../output/safe_text.ts";

const GIT_TIMEOUT_MS = 30_000;

/**
 * Ends what interrupted runs left running, and writes their end down. Returns those of which that cannot be,
 * each with the reason.
 */
async function settleAll(
  context: Context,
  records: Records,
  chosen: readonly RunSummary[],
): Promise<ReadonlyMap<string, string>> {
  const failed = new Map<string, string>();
  for (const { record, liveness } of chosen) {
    if (liveness !== "interrupted" || context.signal.aborted) continue;
    try {
      await settleRun(records, record.id, "failed");
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      // Its processes are gone; that its end cannot be written down matters no more, and a full disk is a
      // reason to clean.
      if (error.code === "trace_write_failed") continue;
      const isAlive = error.code === "process_will_not_die";
      failed.set(record.id, isAlive ? "its processes would not end" : error.message);
      if (isAlive) printError(context, "text", error);
    }
  }
  return failed;
}

/** Git keeps an entry of each worktree, and its branch from other use, until it is told. */
async function forgetWorktreesOf(context: Context, root: string): Promise<void> {
  try {
    // Also after Ctrl-C: what is removed is removed.
    await forgetWorktrees(root, AbortSignal.timeout(GIT_TIMEOUT_MS));
  } catch (error) {
    if (!(error instanceof WaveError)) throw error;
    printWarning(context, `git still lists worktrees that are gone: ${error.message}`);
  }
}

/** What {@link removeChosen} did. */
export interface ChosenResult extends RemoveResult {
  /** What became of the runs' branches; null when they were not asked for. */
  readonly branches: readonly BranchVerdict[] | null;
}

/** What was committed is not removed with a run: says where it is. */
function tellBranches(context: Context, branches: readonly string[]): void {
  if (context.quiet || context.format === "json") return;
  for (const branch of new Set(branches)) {
    context.stderr.write(`branch ${safeLine(branch)} stays, with what was committed on it\n`);
  }
}

/** Removes the chosen runs, after ending what interrupted ones left running. */
export async function removeChosen(
  context: Context,
  root: string,
  chosen: readonly RunSummary[],
  withBranches: boolean,
): Promise<ChosenResult> {
  await using records = await openRecords(context, root);
  const unsettled = await settleAll(context, records, chosen);
  const ids = chosen.map(({ record }) => record.id).filter((id) => !unsettled.has(id));
  using progress = progressLine(context, "removing runs");
  const { workspace } = wavePaths(root);
  const branches = new Map(ids.map((id) => [id, worktreeBranches(workspace(id))]));
  const withWorktrees = ids.some((id) => hasWorktrees(workspace(id)));
  const result = await removeRuns(root, ids, {
    owner: records.owner,
    now: () => context.now(),
    signal: context.signal,
    measure: true,
    progress: progress.show,
    // Another process has kept the database all the time that opening it could take.
    waitForDatabase: records.store !== null,
  });
  if (withWorktrees) await forgetWorktreesOf(context, root);
  const runIds = result.removed.map(({ id }) => id);
  const left = runIds.flatMap((id) => branches.get(id) ?? []);
  let verdicts: BranchVerdict[] | null = null;
  if (withBranches) {
    const removal = { runIds, branches: left, runFolders: [], preview: false };
    verdicts = await removeBranches(root, removal, context.signal);
  } else {
    tellBranches(context, left);
  }
  const refused = [...unsettled].map(([id, reason]) => ({ id, reason }));
  return { ...result, refused: [...result.refused, ...refused], branches: verdicts };
}
