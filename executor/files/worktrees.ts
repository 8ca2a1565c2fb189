/** Git worktrees for steps that work on a branch. */
import { basename, join } from "@std/path";
import { OperationError } from "../../event/errors.ts";
import { lstat, namesIn } from "../../event/files.ts";
import { noteBranch } from "./branch_note.ts";
import { git, type GitRefusal, gitSays, isGitWorkTree, refusalOf } from "./git.ts";
import { WORKTREES } from "./worktree_branches.ts";

export interface WorktreeSpec {
  readonly branch: string;
  /** Where a new branch starts; the current commit by default. */
  readonly base?: string | undefined;
  /** True: a branch that is there already is taken as it is, wherever it is. */
  readonly reuse?: boolean | undefined;
}

/**
 * The worktrees of one run. Steps that name the same branch work in the same one, because git has a
 * branch checked out only once; what they commit stays on the branch when the run is cleaned.
 */
export class Worktrees {
  readonly #root: string;
  readonly #runFolder: string;
  readonly #byBranch = new Map<string, Promise<string>>();
  /** `git worktree add` locks the repository's files; one at a time does not fail on that. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(root: string, runFolder: string) {
    this.#root = root;
    this.#runFolder = runFolder;
  }

  /**
   * The worktree of a branch, added when it is not there yet.
   *
   * @returns its absolute path.
   * @throws {OperationError} `worktree_failed`.
   */
  get(spec: WorktreeSpec, signal: AbortSignal): Promise<string> {
    const known = this.#byBranch.get(spec.branch);
    if (known !== undefined) return known;
    const path = this.#last.then(() => add(this.#root, this.#runFolder, spec, signal));
    this.#last = path.catch((error: unknown) => error);
    this.#byBranch.set(spec.branch, path);
    // A failed one may succeed at the next attempt.
    path.catch(() => this.#byBranch.delete(spec.branch));
    return path;
  }
}

async function add(
  root: string,
  runFolder: string,
  spec: WorktreeSpec,
  signal: AbortSignal,
): Promise<string> {
  const { branch, base } = spec;
  const fail = (reason: string, hint: string) => {
    throw new OperationError(
      "worktree_failed",
      `Cannot make a worktree of "${branch}": ${reason}`,
      {
        hint,
      },
    );
  };
  const refusal = await refusalOf(root, signal);
  if (refusal !== null) fail(refusal.reason, refusal.hint);
  if (
    branch.startsWith("-") || !await gitSays(root, ["check-ref-format", "--branch", branch], signal)
  ) {
    fail("this is no valid branch name", "see `git check-ref-format --help`");
  }
  if (base?.startsWith("-") === true) {
    fail(`"${base}", where it is to start, would be an option of git`, "name a branch or a commit");
  }
  const parent = join(runFolder, WORKTREES);
  Deno.mkdirSync(parent, { recursive: true, mode: 0o700 });
  const there = await checkedOut(root, branch, signal);
  if (there !== null && lstat(there) !== null) {
    if (there.startsWith(`${Deno.realPathSync(parent)}/`)) return there;
    fail(
      `it is checked out at ${there}`,
      `let the step use another branch, or remove that worktree`,
    );
  }
  // A folder that somebody deleted is still registered until git looks.
  if (there !== null) await git(root, ["worktree", "prune"], signal);
  const path = join(parent, folderName(branch));
  const wrongBase = await baseRefusalOf(root, spec, signal);
  if (wrongBase !== null) fail(wrongBase.reason, wrongBase.hint);
  const exists = await commitOf(root, `refs/heads/${branch}`, signal) !== null;
  const args = exists ? [path, branch] : ["-b", branch, path, base === undefined ? "HEAD" : base];
  const baseRef = exists ? null : await refOf(root, base ?? "HEAD", signal);
  await git(root, ["worktree", "add", "--quiet", ...args], signal);
  if (exists) return path;
  const start = await commitOf(root, `refs/heads/${branch}`, signal);
  if (start !== null) {
    const note = { runId: basename(runFolder), start, base: baseRef };
    await noteBranch(root, branch, note, signal);
  }
  return path;
}

/** The full name of the ref that `name` means; null where it means a commit. */
async function refOf(root: string, name: string, signal: AbortSignal): Promise<string | null> {
  const ref = (await git(root, ["rev-parse", "--symbolic-full-name", name], signal)).trim();
  return /^refs\/\S+$/.test(ref) ? ref : null;
}

/**
 * Why a branch cannot begin at the `base` that is written: there is no such commit, or the branch is there
 * already and elsewhere, so that a step would work on something else than what it says. Null where it can.
 */
export async function baseRefusalOf(
  root: string,
  { branch, base, reuse = false }: WorktreeSpec,
  signal: AbortSignal,
): Promise<GitRefusal | null> {
  if (base === undefined) return null;
  const wanted = await commitOf(root, base, signal);
  if (wanted === null) {
    const hint = "name a branch, tag or commit that is in the repository";
    return { reason: `there is no commit "${base}" where it is to start`, hint };
  }
  const there = await commitOf(root, `refs/heads/${branch}`, signal);
  if (there === null || there === wanted || reuse) return null;
  return {
    reason: `the branch "${branch}" is there already, at ${short(there)}, and not at its base ` +
      `${base}, which is ${short(wanted)}`,
    hint: "`reuse: true` in the step's workspace takes the branch as it is; without `base` it is " +
      "taken, too; or use another branch, such as {{ pipeline_id }}",
  };
}

/** The full name of the commit that `name` means; null when there is none. */
export async function commitOf(
  root: string,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", `${name}^{commit}`];
  return await gitSays(root, args, signal) ? (await git(root, args, signal)).trim() : null;
}

function short(commit: string): string {
  return commit.slice(0, 10);
}

/** No `%`: OpenCode takes that in a path for the beginning of an escape. */
function folderName(branch: string): string {
  return branch.replace(/[^A-Za-z0-9._-]/g, (char) => `+${char.codePointAt(0)?.toString(16)}`);
}

/** Where a branch is checked out, as git lists it, or null. */
export async function checkedOut(root: string, branch: string, signal: AbortSignal) {
  const listed = await git(root, ["worktree", "list", "--porcelain", "-z"], signal);
  let path: string | null = null;
  for (const line of listed.split("\0")) {
    if (line.startsWith("worktree ")) path = line.slice("worktree ".length);
    if (line === `branch refs/heads/${branch}`) return path;
  }
  return null;
}

/**
 * Whether a run's folder holds worktrees that this user may see; then {@link forgetWorktrees} is due once it is
 * gone.
 */
export function hasWorktrees(runFolder: string): boolean {
  return namesIn(runFolder).includes(WORKTREES);
}

/** Makes the repository forget worktrees whose folders are gone. Branches and their commits stay. */
export async function forgetWorktrees(root: string, signal: AbortSignal): Promise<void> {
  if (await isGitWorkTree(root, signal)) await git(root, ["worktree", "prune"], signal);
}
