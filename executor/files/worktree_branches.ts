/** Which branches hold the work of a run, told by its worktrees alone: no git is started. */
import { lstat, namesIn } from "../../event/files.ts";

/** The folder of a run's worktrees, below the run's own. Its name cannot be a step's. */
export const WORKTREES = ".worktrees";

/** The branches that the worktrees below a run's folder (absolute) have checked out, sorted. */
export function worktreeBranches(runFolder: string): string[] {
  const folder = `${runFolder}/${WORKTREES}`;
  const branches = namesIn(folder).flatMap((name) => {
    const gitFolder = /^gitdir: (.+)$/m.exec(textOf(`${folder}/${name}/.git`))?.[1];
    if (gitFolder === undefined) return [];
    return /^ref: refs\/heads\/(.+)$/m.exec(textOf(`${gitFolder}/HEAD`))?.[1] ?? [];
  });
  return branches.sort();
}

/** Empty for what is no file, such as a pipe, which would be waited for, and for what may not be read. */
function textOf(path: string): string {
  try {
    return lstat(path)?.isFile === true ? Deno.readTextFileSync(path) : "";
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return "";
    throw error;
  }
}
