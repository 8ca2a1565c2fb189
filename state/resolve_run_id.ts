/** From what a user typed to the id of a run (contract, section 1). */
import { NotFoundError, UsageError } from "../event/errors.ts";
import { isRunIdShape } from "../event/identity.ts";
import { latestRun } from "./nested_runs.ts";
import type { RunReader } from "./records/run_reader.ts";

const LATEST = "@latest";
/** How many matches an ambiguous prefix is answered with. */
const MAX_LISTED = 10;

/** What is longer can be no id, and is not repeated whole. */
const LONGEST_SHOWN = 200;

/**
 * The run that `text` stands for: its full id, a unique prefix of it, or `@latest`. An exact match beats
 * a prefix. A run within a run is never the latest: the one around it is.
 *
 * @throws {UsageError} `invalid_run_id`, `ambiguous_run`
 * @throws {NotFoundError} `run_not_found`
 */
export function resolveRunId(reader: RunReader, text: string): string {
  const shown = JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, 80)}…` : text);
  if (text === LATEST) {
    const latest = latestRun(reader);
    if (latest !== null) return latest.record.id;
    throw new NotFoundError("run_not_found", "There is no run yet", {
      hint: "wave run <pipeline>",
    });
  }
  if (!isRunIdShape(text)) {
    throw new UsageError("invalid_run_id", `Cannot use ${shown} as a run id`, {
      hint: "wave list runs",
    });
  }
  if (reader.run(text) !== null) return text;
  const ids = reader.idsWithPrefix(text, MAX_LISTED + 1);
  const [only] = ids;
  if (only === undefined) {
    throw new NotFoundError("run_not_found", `There is no run ${shown}`, {
      hint: text.startsWith("@") ? `did you mean "${LATEST}"?` : "wave list runs",
    });
  }
  if (ids.length === 1) return only;
  const listed = ids.slice(0, MAX_LISTED).join(", ");
  const more = ids.length > MAX_LISTED ? ", …" : "";
  throw new UsageError("ambiguous_run", `Run ${shown} could be any of: ${listed}${more}`, {
    hint: "type more of the id, or all of it",
  });
}
