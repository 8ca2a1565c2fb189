/** Opens what is recorded of a project's runs, for the commands that read. */
import { openReader } from "../../state/open_reader.ts";
import type { RunReader } from "../../state/records/run_reader.ts";
import type { Context } from "../cli/command.ts";
import { warnOfDatabase } from "./database_warning.ts";
import { findProject } from "./find_project.ts";
import { resolveRun } from "./resolve_run.ts";

export interface Runs extends Disposable {
  /** The project's root, an absolute path. */
  readonly root: string;
  readonly reader: RunReader;
  /**
   * Full ids of what a user wrote: ids, unique prefixes, `@latest`; each once, in the order given.
   *
   * @throws {WaveError} `run_not_found`, `ambiguous_run`, `invalid_run_id`.
   */
  resolve(words: readonly string[]): readonly string[];
  /** Says on stderr, once, that the database could not be used, if that is so. */
  warn(): void;
  /** A second look at the same project, which sees what was recorded since. */
  reopen(): Runs;
}

/**
 * Opens the runs of the project that the command works in. When it turns out that the database cannot be
 * used, a warning says so once, at the latest when the runs are disposed of (contract, section 5).
 *
 * @throws {NotFoundError} `project_not_found`.
 */
export function openRuns(context: Context): Runs {
  const root = findProject(context);
  const warn = (reader: RunReader) => {
    const { reason } = reader.provenance;
    if (reason !== null) warnOfDatabase(context, reason);
  };
  const open = (): Runs => {
    const reader = openReader(root, { now: () => context.now() });
    return {
      root,
      reader,
      resolve: (words) => [...new Set(words.map((word) => resolveRun(root, reader, word)))],
      reopen: open,
      warn: () => warn(reader),
      [Symbol.dispose]() {
        warn(reader);
        reader[Symbol.dispose]();
      },
    };
  };
  return open();
}
