/** From a word to the run that it stands for; where it is a pipeline's name, says so and what to type. */
import { WaveError } from "../../event/errors.ts";
import { lstat } from "../../event/files.ts";
import type { RunReader } from "../../state/records/run_reader.ts";
import { resolveRunId } from "../../state/resolve_run_id.ts";

/** True when a pipeline of that name is defined. */
function isDefined(root: string, name: string): boolean {
  return [".yaml", ".yml"].some((extension) =>
    lstat(`${root}/.wave/pipelines/${name}${extension}`)?.isFile === true
  );
}

/** What to type where `word` names a pipeline; null where it names none. */
function hintFor(root: string, reader: RunReader, word: string): string | null {
  if (reader.runs({ pipeline: word, limit: 1 }).total > 0) {
    return `${word} is a pipeline: wave list runs --pipeline ${word} shows its runs`;
  }
  return isDefined(root, word) ? `${word} is a pipeline that has no runs: wave run ${word}` : null;
}

/**
 * The id of the run that `word` stands for.
 *
 * @throws {WaveError} what `resolveRunId` throws; where the word names a pipeline, the hint tells so.
 */
export function resolveRun(root: string, reader: RunReader, word: string): string {
  try {
    return resolveRunId(reader, word);
  } catch (error) {
    const isName = error instanceof WaveError &&
      (error.code === "ambiguous_run" || error.code === "run_not_found") && !word.startsWith("@");
    const hint = isName ? hintFor(root, reader, word) : null;
    if (!isName || hint === null) throw error;
    throw new WaveError(error.code, error.message, error.exitCode, { hint, cause: error });
  }
}
