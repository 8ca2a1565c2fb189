/** The mark that the database may lag behind a run's trace. `readMarks` finds it. */
import { isMissing } from "../../event/files.ts";
import type { WavePaths } from "./wave_paths.ts";

/** Where the mark may stand: in the trash when `.wave` itself is read-only, since readers list both. */
function places(paths: WavePaths, runId: string): readonly string[] {
  const mark = paths.unindexed(runId);
  return [mark, `${paths.trash}/${mark.slice(mark.lastIndexOf("/") + 1)}`];
}

/** Marks a run, before anything of it is recorded. */
export function setIndexMark(paths: WavePaths, runId: string): void {
  let refusal: unknown;
  for (const path of places(paths, runId)) {
    try {
      return Deno.writeTextFileSync(path, "", { createNew: true, mode: 0o600 });
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return;
      if (!isReadOnly(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

/** Takes the mark away: the database has all of the run. */
export function clearIndexMark(paths: WavePaths, runId: string): void {
  for (const path of places(paths, runId)) {
    try {
      Deno.removeSync(path);
    } catch (error) {
      // One that stays has readers look at the trace, which is as good.
      if (!isMissing(error) && !isReadOnly(error)) throw error;
    }
  }
}

function isReadOnly(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    (error instanceof Error && "code" in error && error.code === "EROFS");
}
