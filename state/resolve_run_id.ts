/** Turns what a user calls a run into its id, the same way for every command (contract, section 1). */
import { NotFoundError, UsageError } from "../event/errors.ts";
import { isRunIdShape } from "../event/identity.ts";
import type { RunReader } from "./reader.ts";

/** How many matches an error about an ambiguous prefix lists. */
const LISTED = 10;

const HINT = { hint: "wave list runs" };

/**
 * The full id of the run that `word` names: an exact id, a unique prefix, or `@latest` for the run that
 * started last. An exact match beats a prefix.
 *
 * @throws {UsageError} `invalid_run_id` for what can be no id, `ambiguous_run_id`, which lists the matches.
 * @throws {NotFoundError} `run_not_found`.
 */
export function resolveRunId(reader: RunReader, word: string): string {
  if (word === "@latest") {
    const [latest] = reader.runs({ limit: 1 }).runs;
    if (latest !== undefined) return latest.record.id;
    throw new NotFoundError("run_not_found", "Cannot find the latest run: there is none yet", {
      hint: "wave list pipelines, wave run <pipeline>",
    });
  }
  if (!isRunIdShape(word)) {
    const shown = JSON.stringify(word.length > 80 ? `${word.slice(0, 80)}…` : word);
    throw new UsageError("invalid_run_id", `Cannot use ${shown} as a run id`, HINT);
  }
  if (reader.run(word) !== null) return word;
  const ids = reader.idsWithPrefix(word, LISTED + 1);
  const [only] = ids;
  if (only === undefined) {
    throw new NotFoundError("run_not_found", `Cannot find run "${word}"`, HINT);
  }
  if (ids.length === 1) return only;
  const more = ids.length > LISTED ? ", …" : "";
  throw new UsageError(
    "ambiguous_run_id",
    `Cannot tell which run "${word}" is: ${ids.slice(0, LISTED).join(", ")}${more}`,
    { hint: "type more of the id" },
  );
}
