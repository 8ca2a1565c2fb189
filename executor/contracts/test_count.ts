/** Checks that tests were not removed: a suite is green, too, when what was red in it is gone. */
import { git, gitSays } from "../files/git.ts";
import type { TestCountContract } from "../language/model/contract.ts";
import type { CheckResult } from "./check_result.ts";

/** So many of the files that lost tests are named. */
const SHOWN = 5;

/**
 * Compares how many lines declare a test: at the base and in the folder as it is now (`test_diff`, new files
 * too), or in its last commit (`test_count_baseline`). A test that moves counts on both sides.
 */
export async function testCount(
  folder: string,
  contract: TestCountContract,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { base, maxDeletions } = contract;
  if (await isWithoutFiles(folder, base, signal)) {
    return {
      reason: `${base} has no files in the step's folder, so that no tests can be compared: ` +
        "give the step a worktree, or mount the project read-write",
    };
  }
  const before = await countAt(folder, contract, base, signal);
  const after = await countAt(
    folder,
    contract,
    contract.type === "test_diff" ? null : "HEAD",
    signal,
  );
  const lost = sum(before) - sum(after);
  if (lost <= maxDeletions) return { reason: null };
  const files = [...before].flatMap(([path, count]) => {
    const left = after.get(path) ?? 0;
    return left < count ? [`${path} ${count} to ${left}`] : [];
  });
  const more = files.length > SHOWN ? `, and ${files.length - SHOWN} more` : "";
  return {
    reason: `${lost} ${lost === 1 ? "test" : "tests"} fewer than at ${base} (${sum(before)}, now ${
      sum(after)
    }), where at most ${maxDeletions} may go: ${files.slice(0, SHOWN).join(", ")}${more}`,
  };
}

/** True where git would find no difference whatever is done: such as in a folder of its own for the step. */
async function isWithoutFiles(folder: string, ref: string, signal: AbortSignal): Promise<boolean> {
  await requireCommit(folder, ref, signal);
  return await git(folder, ["ls-tree", "--name-only", ref], signal) === "";
}

/** @throws {OperationError} `git_failed` when there is no such commit. */
async function requireCommit(folder: string, ref: string, signal: AbortSignal): Promise<void> {
  await git(folder, ["rev-parse", "--verify", `${ref}^{commit}`], signal);
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}

/**
 * Declarations by file.
 *
 * @param ref of a commit; null: the files as they are.
 * @throws {OperationError} `git_failed` when there is no such commit.
 */
async function countAt(
  folder: string,
  { files, declaration }: TestCountContract,
  ref: string | null,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  if (ref !== null) await requireCommit(folder, ref, signal);
  const where = ref === null ? ["--untracked"] : [];
  const what = ["-I", "", ...ref === null ? [] : [ref], "--", ...files];
  const counts = new Map<string, number>();
  // Without a file that fits, git ends as if something had gone wrong.
  if (!await gitSays(folder, ["grep", "-q", ...where, ...what], signal)) return counts;
  const text = await git(folder, ["grep", "-z", ...where, ...what], signal);
  const pattern = new RegExp(declaration);
  for (const line of text.split("\n")) {
    const end = line.indexOf("\0");
    if (end < 0 || !pattern.test(line.slice(end + 1))) continue;
    const path = ref === null ? line.slice(0, end) : line.slice(ref.length + 1, end);
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}
