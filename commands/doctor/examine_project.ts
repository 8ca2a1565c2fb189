/** `wave doctor` (contract, section 4). */
import { ExitCode } from "../../event/errors.ts";
import { isRunIdShape } from "../../event/identity.ts";
import { isDenied } from "../../state/trace/traces_reader.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { openReader } from "../../state/open_reader.ts";
import { fillLogs, rebuildDatabase } from "../../state/sqlite/rebuild_database.ts";
import { finishRemovals } from "../../state/removal/remove_runs.ts";
import { DatabaseError } from "../../state/sqlite/database_error.ts";
import { paint } from "../output/color.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { doctor } from "../doctor.ts";
import { checkAccess } from "./check_access.ts";
import {
  type Check,
  checkAdapters,
  checkDefinitions,
  checkFolders,
  checkInterrupted,
  checkProcesses,
  checkStore,
  checkTraces,
  checkTrash,
  checkWorkspaces,
  interruptedRuns,
} from "./health_checks.ts";
import { openFinder } from "../../executor/processes/open_finder.ts";
import { warnOfDatabase } from "../runs/database_warning.ts";
import { openRecords } from "../execution/open_records.ts";
import { RunErrors } from "../output/run_errors.ts";
import { findProject } from "../runs/find_project.ts";
import { safeLine } from "../output/safe_text.ts";
import { settleWithHooks } from "../execution/finalize_run.ts";
import { renderTable } from "../cliffy/render_table.ts";

async function examine(context: Context, root: string): Promise<Check[]> {
  const path = context.env("PATH") ?? "";
  const options = { now: () => context.now() };
  using reader = openReader(root, options);
  using traces = openReader(root, { ...options, forceTraces: true });
  // Whatever the database lacks is no reason to call a run's files nobody's.
  const isRun = (id: string) =>
    reader.run(id) !== null || traces.run(id) !== null ||
    isRunIdShape(id) && isDenied(wavePaths(root).trace(id));
  await using finder = openFinder();
  const interrupted = interruptedRuns(reader);
  const [database] = checkStore(root, context.now());
  return [
    checkFolders(root),
    checkDefinitions(root, path),
    checkAdapters(root, path),
    checkAccess(root, Deno.env.toObject()),
    database,
    checkTraces(root, isRun),
    checkInterrupted(interrupted),
    await checkProcesses(finder, interrupted),
    checkWorkspaces(root, isRun),
    checkTrash(root),
  ];
}

/** Makes the database anew where it is broken or behind; what only it has is never thrown away. */
async function rebuildIfNeeded(context: Context, root: string): Promise<string[]> {
  const [, problems] = checkStore(root, context.now());
  const has = (...kinds: string[]) => problems.some(({ kind }) => kinds.includes(kind));
  // A damaged file cannot be kept for the sake of the runs that only it has.
  const broken = has("damaged", "unusable", "absent");
  const lags = has("behind", "incomplete");
  if (!broken && (!lags || has("trace_missing", "trace_denied"))) return [];
  try {
    await rebuildDatabase(root);
    return ["rebuilt state.db from the traces"];
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    warnOfDatabase(context, error.reason);
    return [];
  }
}

/** Reads the logs into the database that it got no time for. */
async function fillIfNeeded(context: Context, root: string): Promise<string[]> {
  try {
    const filled = await fillLogs(root);
    return filled.length === 0 ? [] : [`read the logs of ${filled.length} runs into state.db`];
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    warnOfDatabase(context, error.reason);
    return [];
  }
}

/**
 * Finishes removals, settles interrupted runs, and makes the database anew where it is broken. `errors`
 * gets what failed of a run. Returns what was done, a line each.
 */
async function repair(context: Context, root: string, errors: RunErrors): Promise<string[]> {
  const done: string[] = await rebuildIfNeeded(context, root);
  done.push(...await fillIfNeeded(context, root));
  await using records = await openRecords(context, root);
  await finishRemovals(root, { owner: records.owner, waitForDatabase: records.store !== null });
  using reader = openReader(root, { now: () => context.now() });
  for (const { record } of interruptedRuns(reader)) {
    const settled = await errors.attempt(
      record.id,
      () => settleWithHooks(records, record.id, root),
    );
    if (settled !== null) done.push(`settled ${record.id}`);
  }
  return done;
}

const COLORS = { ok: "green", warn: "yellow", fail: "red" } as const;

/** Answers a call of `wave doctor`. */
export async function run(context: Context, { options }: CallOf<typeof doctor>): Promise<Outcome> {
  const root = findProject(context);
  const errors = new RunErrors();
  const repaired = options.repair ? await repair(context, root, errors) : [];
  errors.print(context);
  const checks = await examine(context, root);
  const failed = checks.some(({ status }) => status === "fail");
  return {
    exit: failed ? ExitCode.failed : errors.exit ?? ExitCode.done,
    json: { checks, repaired, ...errors.json },
    text() {
      const shown = context.quiet ? checks.filter(({ status }) => status !== "ok") : checks;
      const rows = shown.map(({ name, status, message, hint }) => [
        paint(context.color, COLORS[status], status),
        name,
        safeLine(hint === null ? message : `${message}; ${hint}`),
      ]);
      return repaired.map((line) => `${safeLine(line)}\n`).join("") + renderTable(rows);
    },
  };
}
