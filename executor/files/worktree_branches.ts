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

/** Empty for what is no file: a step may have put a pipe there, which would be waited for. */
function textOf(path: string): string {
  return lstat(path)?.isFile === true ? Deno.readTextFileSync(path) : "";
}
