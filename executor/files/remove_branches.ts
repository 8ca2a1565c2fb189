/** Removes the branches of cleaned runs that hold no work of their own. */
import { WaveError } from "../../event/errors.ts";
import { type BranchNote, notedBranches } from "./branch_note.ts";
import { git, gitSays, isGitWorkTree } from "./git.ts";
import { checkedOut, commitOf } from "./worktrees.ts";

/** Of git, for each branch. */
const TIMEOUT_MS = 30_000;

const OWN_WORK = "it has work that is merged neither into the project's branch nor into its base";

export interface BranchVerdict {
  readonly branch: string;
  /** In a preview: whether it would be. */
  readonly removed: boolean;
  readonly reason: string;
}

export interface BranchRemoval {
  readonly runIds: readonly string[];
  /** Branches that the runs had checked out, whoever made them. */
  readonly branches: readonly string[];
  /** The folders of the runs (absolute): what is checked out there goes with them. */
  readonly runFolders: readonly string[];
  /** Only say what would be removed. */
  readonly preview: boolean;
}

/**
 * Removes those branches of the runs that wave made and that are merged into the branch checked out in
 * `root` or into their base, or on which nothing was committed. One that is checked out stays, and so
 * does one whose last commit no other branch or tag holds.
 *
 * @returns a verdict on each branch of the runs, sorted by name. What git refuses is a reason to stay.
 */
export async function removeBranches(
  root: string,
  { runIds, branches, runFolders, preview }: BranchRemoval,
  signal: AbortSignal,
): Promise<BranchVerdict[]> {
  let notes: ReadonlyMap<string, BranchNote> = new Map();
  let failure: string | null = null;
  const noteSignal = limited(signal);
  try {
    if (await isGitWorkTree(root, noteSignal)) notes = await notedBranches(root, noteSignal);
  } catch (error) {
    failure = reasonOf(error, noteSignal);
  }
  const made = [...notes].filter(([, { runId }]) => runIds.includes(runId)).map(([name]) => name);
  const gone: string[] = [];
  const verdicts: BranchVerdict[] = [];
  for (const branch of [...new Set([...branches, ...made])].sort()) {
    const note = notes.get(branch);
    const each = { branch, note, gone, runFolders, preview };
    const verdict = failure === null
      ? await removeBranch(root, each, limited(signal))
      : { branch, removed: false, reason: failure };
    if (verdict?.removed === true) gone.push(branch);
    if (verdict !== null) verdicts.push(verdict);
  }
  return verdicts;
}

function limited(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
}

interface Candidate extends Pick<BranchRemoval, "runFolders" | "preview"> {
  readonly branch: string;
  readonly note: BranchNote | undefined;
  /** Branches that are, or in a preview would be, removed before this one. */
  readonly gone: readonly string[];
}

/** Null for a branch that is not there any more. */
async function removeBranch(
  root: string,
  { branch, note, gone, runFolders, preview }: Candidate,
  signal: AbortSignal,
): Promise<BranchVerdict | null> {
  const keep = (reason: string) => ({ branch, removed: false, reason });
  try {
    signal.throwIfAborted();
    const tip = await commitOf(root, `refs/heads/${branch}`, signal);
    signal.throwIfAborted();
    if (tip === null) return null;
    if (note === undefined) return keep("nothing says that wave made it");
    const place = await checkedOut(root, branch, signal);
    if (place !== null && !runFolders.some((folder) => place.startsWith(`${folder}/`))) {
      return keep(`it is checked out at ${place}`);
    }
    const reason = await reasonToGo(root, { branch, tip, note, gone }, signal);
    if (reason === null) {
      return keep(tip === note.start ? "no other branch or tag holds its commit" : OWN_WORK);
    }
    if (!preview) await git(root, ["branch", "--quiet", "-D", branch], signal);
    return { branch, removed: true, reason };
  } catch (error) {
    return keep(reasonOf(error, signal));
  }
}

/** Why nothing is lost with the branch; null when something would be. */
async function reasonToGo(
  root: string,
  { branch, tip, note, gone }: Pick<Candidate, "branch" | "gone"> & {
    readonly tip: string;
    readonly note: BranchNote;
  },
  signal: AbortSignal,
): Promise<string | null> {
  const excluded = [branch, ...gone].map((name) => `--exclude=${name}`);
  const others = [...excluded, "--branches", "--tags", "--remotes"];
  const unheld = await git(root, ["rev-list", "-1", tip, "--not", ...others], signal);
  if (unheld.trim() !== "") return null;
  if (tip === note.start) return "nothing was committed on it";
  const ownRef = `refs/heads/${branch}`;
  for (const ref of [await projectBranch(root, signal), note.base]) {
    if (ref === null || ref === ownRef || await commitOf(root, ref, signal) === null) continue;
    if (await gitSays(root, ["merge-base", "--is-ancestor", tip, ref], signal)) {
      return `it is merged into ${ref.replace(/^refs\/(heads|tags|remotes)\//, "")}`;
    }
  }
  return null;
}

/** The full name of the branch that the project has checked out; null where it has a commit. */
async function projectBranch(root: string, signal: AbortSignal): Promise<string | null> {
  const args = ["symbolic-ref", "--quiet", "HEAD"];
  return await gitSays(root, args, signal) ? (await git(root, args, signal)).trim() : null;
}

/** @throws what is neither an error of git nor the end of the time for it. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "git was stopped before it had answered";
  if (!(error instanceof WaveError)) throw error;
  return error.message;
}
