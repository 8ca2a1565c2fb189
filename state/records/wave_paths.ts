/** Every path under `.wave` (contract, section 6). Joined by `/`: nothing to load before an answer. */
import { OperationError, UsageError } from "../../event/errors.ts";
import { lstat } from "../../event/files.ts";
import { isRunIdShape } from "../../event/identity.ts";

/** The paths of one project. Those of a run throw a {@linkcode UsageError} `invalid_run_id`. */
export interface WavePaths {
  readonly root: string;
  readonly wave: string;
  readonly database: string;
  readonly traces: string;
  readonly workspaces: string;
  readonly trash: string;
  trace(runId: string): string;
  owner(runId: string): string;
  cancel(runId: string): string;
  /** The mark that the database may lag behind this run's trace. */
  unindexed(runId: string): string;
  workspace(runId: string): string;
  trashed(runId: string): string;
}

/** The paths of the project at `root`. */
export function wavePaths(root: string): WavePaths {
  const wave = `${root}/.wave`;
  const traces = `${wave}/traces`;
  const workspaces = `${wave}/workspaces`;
  const trash = `${wave}/trash`;
  return {
    root,
    wave,
    database: `${wave}/state.db`,
    traces,
    workspaces,
    trash,
    trace: (runId) => `${traces}/trace-${checked(runId)}.log`,
    owner: (runId) => `${traces}/owner-${checked(runId)}`,
    cancel: (runId) => `${traces}/cancel-${checked(runId)}.json`,
    unindexed: (runId) => `${wave}/unindexed-${checked(runId)}`,
    workspace: (runId) => `${workspaces}/${checked(runId)}`,
    trashed: (runId) => `${trash}/${checked(runId)}`,
  };
}

function checked(runId: string): string {
  if (isRunIdShape(runId)) return runId;
  throw new UsageError("invalid_run_id", `Cannot use ${JSON.stringify(runId)} as a run id`, {
    hint: "wave list runs",
  });
}

/** The run id in a trace's file name, or null for another file. */
export function runIdOfTrace(fileName: string): string | null {
  return between(fileName, "trace-", ".log");
}

/** The run id in the file name of an `unindexed-` mark, or null for another file. */
export function runIdOfMark(fileName: string): string | null {
  return between(fileName, "unindexed-", "");
}

function between(name: string, prefix: string, suffix: string): string | null {
  if (!name.startsWith(prefix) || !name.endsWith(suffix)) return null;
  const id = name.slice(prefix.length, name.length - suffix.length);
  return isRunIdShape(id) ? id : null;
}

/**
 * Refuses a project in which a folder that holds runs is a link, or something else: what is written and
 * deleted there must be what wave made. What only reads does not mind.
 *
 * @throws {OperationError} `unsafe_folder`
 */
export function requirePlainFolders(paths: WavePaths): void {
  for (const path of [paths.wave, paths.traces, paths.workspaces, paths.trash]) {
    const info = lstat(path);
    if (info !== null && !info.isDirectory) throw unsafeFolder(path, info.isSymlink);
  }
}

function unsafeFolder(path: string, isLink: boolean): OperationError {
  const what = isLink ? "it is a symbolic link" : "it is no folder";
  return new OperationError("unsafe_folder", `Cannot use "${path}": ${what}`, {
    hint: "put a plain folder in its place; one on another disk can be mounted there",
  });
}

/**
 * Makes the folders that runs need; those that hold runs are open to their owner alone (0700).
 *
 * @throws {OperationError} `unsafe_folder` when a link, or something else, stands in the place of one.
 */
export function ensurePrivateDirs(paths: WavePaths): void {
  requirePlainFolders(paths);
  Deno.mkdirSync(paths.wave, { recursive: true });
  for (const path of [paths.traces, paths.workspaces, paths.trash]) ensurePrivateDir(path);
}

function ensurePrivateDir(path: string): void {
  try {
    return Deno.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const { isDirectory, isSymlink, mode } = Deno.lstatSync(path);
  if (!isDirectory) throw unsafeFolder(path, isSymlink);
  if (mode !== null && (mode & 0o077) !== 0) Deno.chmodSync(path, 0o700);
}
