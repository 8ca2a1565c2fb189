/** Where git keeps what a commit in a worktree writes. */
import { git, isGitWorkTree } from "./git.ts";

/**
 * The folder of the worktree itself and that of its repository, absolute; both hold what a commit changes.
 * None for a folder that is not the top of a worktree.
 *
 * @param folder absolute.
 * @throws {OperationError} `git_failed`.
 */
export async function gitFolders(folder: string, signal: AbortSignal): Promise<string[]> {
  if (!await isGitWorkTree(folder, signal)) return [];
  const args = ["--path-format=absolute", "--show-toplevel", "--git-dir", "--git-common-dir"];
  const listed = await git(folder, ["rev-parse", ...args], signal);
  const [top = "", ...folders] = listed.trimEnd().split("\n");
  return top === await Deno.realPath(folder) ? [...new Set(folders)] : [];
}
