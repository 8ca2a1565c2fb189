/** What `wave doctor` looks at. Each check reads only. */
import type { Finder } from "../../executor/processes/process_finder.ts";
import { validateProject } from "../../executor/language/validate_project.ts";
import { OperationError } from "../../event/errors.ts";
import { namesIn } from "../../event/files.ts";
import { requirePlainFolders, wavePaths } from "../../state/records/wave_paths.ts";
import type { RunReader } from "../../state/records/run_reader.ts";
import { checkDatabase, type DatabaseProblem } from "../../state/sqlite/rebuild_database.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { isDenied, traceIds } from "../../state/trace/traces_reader.ts";
import { trashedIds } from "../../state/removal/trash.ts";
import { readDefinitions } from "../definitions/read_definitions.ts";
import { targetsOf } from "../execution/finalize_run.ts";

export interface Check {
  readonly name: string;
  /** `fail` makes the exit code 1; `warn` is worth knowing and nothing is broken. */
  readonly status: "ok" | "warn" | "fail";
  readonly message: string;
  /** What to do, or null. */
  readonly hint: string | null;
}

/** So many names are told; the rest are counted. */
const SHOWN = 5;

function some(list: readonly string[]): string {
  const more = list.length - SHOWN;
  return list.slice(0, SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function ok(name: string, message: string): Check {
  return { name, status: "ok", message, hint: null };
}

/** The folders that hold runs: plain ones, or whatever writes refuses the project. */
export function checkFolders(root: string): Check {
  try {
    requirePlainFolders(wavePaths(root));
    return ok("folders", "none of those in .wave is a link");
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { name: "folders", status: "fail", message: error.message, hint: error.hint ?? null };
  }
}

export function checkDefinitions(root: string, path: string): Check {
  const { diagnostics, pipelines } = validateProject(root, path);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const hint = "wave validate";
  if (errors.length > 0) {
    const [first] = errors;
    const message =
      `${errors.length} errors, the first: ${first?.file}:${first?.line} ${first?.message}`;
    return { name: "definitions", status: "fail", message, hint };
  }
  if (diagnostics.length > 0) {
    const message = `${diagnostics.length} warnings`;
    return { name: "definitions", status: "warn", message, hint };
  }
  return ok("definitions", `manifest and ${pipelines.length} pipelines are valid`);
}

export function checkAdapters(root: string, path: string): Check {
  const { adapters } = readDefinitions(root, path);
  const missing = adapters.filter(({ found }) => !found).map(({ binary }) => binary);
  if (missing.length === 0) return ok("adapters", `${adapters.length} found`);
  return {
    name: "adapters",
    status: "warn",
    message: `not on PATH: ${some(missing)}`,
    hint: "install them, or run with --mock",
  };
}

const REPAIR = "wave doctor --repair";

/** What to do about another user's runs. */
const AS_ITS_USER = "run wave as the user whose they are";

/** Of these commands answer as they should, from the traces where it takes them. */
const HARMLESS = ["absent", "behind", "log_missing", "trace_missing", "trace_denied"];

/** What to do about the worst of these problems, and what that does. */
function storeHint(problems: readonly DatabaseProblem[]): string {
  const has = (...kinds: string[]) => problems.some(({ kind }) => kinds.includes(kind));
  if (problems.some(({ message }) => message.includes("newer wave"))) {
    return `use the newer wave, or ${REPAIR}, which keeps a copy`;
  }
  if (problems.some(({ message }) => message.startsWith("read-only"))) {
    return "readers use the traces; what writes needs it to be writable";
  }
  if (has("damaged", "unusable", "incomplete")) return `${REPAIR} makes it anew from the traces`;
  const next = `and the next run or ${REPAIR}`;
  if (has("absent")) return `readers use the traces, ${next} makes it from them`;
  if (has("behind")) return `readers use its trace, ${next} brings it up to date`;
  if (has("log_missing")) return `${REPAIR} reads them into state.db`;
  return has("trace_missing") ? "wave clean removes runs without a trace" : AS_ITS_USER;
}

/** The database, and what is wrong with it. */
export function checkStore(root: string, now: number): [Check, readonly DatabaseProblem[]] {
  const problems = checkDatabase(root, now);
  if (problems.length === 0) return [ok("database", "has what the traces have"), problems];
  return [{
    name: "database",
    status: problems.every(({ kind }) => HARMLESS.includes(kind)) ? "warn" : "fail",
    message: some(problems.map(({ message }) => message)),
    hint: storeHint(problems),
  }, problems];
}

/** Tells of an id whether there is such a run. */
export type IsRun = (id: string) => boolean;

export function checkTraces(root: string, isRun: IsRun): Check {
  const paths = wavePaths(root);
  const ids = traceIds(paths);
  const denied = ids.filter((id) => isDenied(paths.trace(id)));
  const bad = ids.filter((id) => !denied.includes(id) && !isRun(id));
  if (bad.length === 0) {
    if (denied.length === 0) return ok("traces", `${ids.length} readable`);
    const message = `may not be read: ${some(denied)}`;
    return { name: "traces", status: "warn", message, hint: AS_ITS_USER };
  }
  return {
    name: "traces",
    status: "warn",
    message: `without a readable beginning: ${some(bad)}`,
    hint: "look at them in .wave/traces, and remove them",
  };
}

/** Runs whose process is gone and that nobody has settled. */
export function interruptedRuns(reader: RunReader): readonly ObservedRun[] {
  return reader.runs({ interrupted: true }).runs;
}

export function checkInterrupted(interrupted: readonly ObservedRun[]): Check {
  if (interrupted.length === 0) return ok("runs", "none is interrupted");
  const ids = interrupted.map(({ record }) => record.id);
  const message = `interrupted: ${some(ids)}`;
  return { name: "runs", status: "warn", message, hint: `${REPAIR}, or wave resume <run-id>` };
}

export async function checkProcesses(
  finder: Finder,
  interrupted: readonly ObservedRun[],
): Promise<Check> {
  const targets = interrupted.flatMap(({ record }) => targetsOf(record));
  const left = targets.length === 0 ? [] : (await finder.find(targets)).pids;
  if (left.length > 0) {
    const message = `left by interrupted runs: ${some(left.map(String))}`;
    return { name: "processes", status: "fail", message, hint: REPAIR };
  }
  const weakness = await finder.weakness();
  if (weakness !== null) {
    return { name: "processes", status: "warn", message: weakness, hint: null };
  }
  return ok("processes", finder.exact ? "none is left" : "none is left that this system shows");
}

/** Workspaces that belong to no run. wave does not remove what it cannot tell the origin of. */
export function checkWorkspaces(root: string, isRun: IsRun): Check {
  const orphans = namesIn(wavePaths(root).workspaces).filter((name) => !isRun(name));
  if (orphans.length === 0) return ok("workspaces", "all belong to runs");
  return {
    name: "workspaces",
    status: "warn",
    message: `without a run: ${some(orphans)}`,
    hint: "look at them in .wave/workspaces, and remove them",
  };
}

export function checkTrash(root: string): Check {
  const ids = trashedIds(wavePaths(root));
  if (ids.length === 0) return ok("trash", "empty");
  const message = `not removed altogether: ${some(ids)}`;
  return { name: "trash", status: "warn", message, hint: REPAIR };
}
