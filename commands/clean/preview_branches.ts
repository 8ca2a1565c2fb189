/** What `wave clean --branches --dry-run` tells of branches; writes nothing. */
import { type BranchVerdict, removeBranches } from "../../executor/files/remove_branches.ts";
import { worktreeBranches } from "../../executor/files/worktree_branches.ts";
import type { RunSummary } from "../../state/records/records.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import type { Context } from "../cli/command.ts";

/** What `--branches` would do to the branches of the chosen runs, sorted by name. */
export function previewBranches(
  context: Context,
  root: string,
  chosen: readonly RunSummary[],
): Promise<BranchVerdict[]> {
  const runIds = chosen.map(({ record }) => record.id);
  // As git tells where a branch is checked out.
  const runFolders = runIds.map(wavePaths(Deno.realPathSync(root)).workspace);
  const branches = runFolders.flatMap(worktreeBranches);
  const removal = { runIds, branches, runFolders, preview: true };
  return removeBranches(root, removal, context.signal);
}
