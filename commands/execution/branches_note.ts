/** On which branches the work of a run is, for the end of its output. */
import { worktreeBranches } from "../../executor/files/worktree_branches.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import { safeLine } from "../output/safe_text.ts";

/** A line that names the branches; empty for a run without worktrees. */
export function branchesNote(paths: WavePaths, runId: string): string {
  const branches = worktreeBranches(paths.workspace(runId));
  if (branches.length === 0) return "";
  const noun = branches.length === 1 ? "branch" : "branches";
  return `the work is on ${noun} ${branches.map(safeLine).join(", ")}\n`;
}
