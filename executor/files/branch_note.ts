/** Remembers in the repository which branches wave made, and for which run; git drops it with the branch. */
import { git, gitSays } from "./git.ts";

export interface BranchNote {
  /** The run whose step the branch was made for. */
  readonly runId: string;
  /** The commit that the branch started at. */
  readonly start: string;
  /** The full name of the ref that it started at; null where that was a commit. */
  readonly base: string | null;
}

const NOTE = "wave-made";

/** So often is tried again while another process has the repository's configuration locked. */
const ATTEMPTS = 5;

/**
 * Notes that wave made `branch`. Where git does not take the note, the branch counts as somebody else's,
 * which only means that it is kept.
 */
export async function noteBranch(
  root: string,
  branch: string,
  { runId, start, base }: BranchNote,
  signal: AbortSignal,
): Promise<void> {
  // The name is in it because `git branch --copy` copies the note to a branch that wave did not make.
  const value = [runId, start, branch, base ?? ""].join(" ").trimEnd();
  const args = ["config", "--local", `branch.${branch}.${NOTE}`, value];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await gitSays(root, args, signal)) return;
  }
}

/** The branches that wave made in the repository of `root`, by name. */
export async function notedBranches(
  root: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, BranchNote>> {
  const notes = new Map<string, BranchNote>();
  const listed = await git(root, ["config", "--local", "--list", "-z"], signal);
  for (const entry of listed.split("\0")) {
    const [key = "", value = ""] = entry.split("\n");
    if (!key.startsWith("branch.") || !key.endsWith(`.${NOTE}`)) continue;
    const branch = key.slice("branch.".length, -NOTE.length - 1);
    const [runId, start, name, base] = value.split(" ");
    if (runId === undefined || start === undefined || name !== branch) continue;
    notes.set(branch, { runId, start, base: base ?? null });
  }
  return notes;
}
