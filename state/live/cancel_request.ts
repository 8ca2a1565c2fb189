/** Cancel requests, as a file beside the trace (architecture, rule 2). */
import { OperationError } from "../../event/errors.ts";
import {
  isMissing,
  lstat,
  otherUserOf,
  readIfThere,
  removeIfThere,
  replaceFile,
} from "../../event/files.ts";
import { isObject, parseJson } from "../../event/json.ts";
import type { WavePaths } from "../records/wave_paths.ts";
import type { CancellationRecord, Requester } from "../records/records.ts";

/**
 * Records a request, made at `now` (epoch milliseconds), and wakes the owner. A request with `force`
 * stays forced when one without follows. The request of another user (root) is given to the run's, who
 * could not read it otherwise.
 *
 * @throws {OperationError} `owner_cannot_read` when that is impossible.
 */
export function requestCancel(
  paths: WavePaths,
  runId: string,
  force: boolean,
  now: number,
  by?: Requester,
): void {
  const known = readCancelRequest(paths, runId);
  const request = {
    requested_at: new Date(known?.requestedAt ?? now).toISOString(),
    force: force || (known?.force ?? false),
    by: by ?? known?.by,
  };
  const owner = paths.owner(runId);
  const user = otherUserOf(owner);
  try {
    replaceFile(paths.cancel(runId), `${JSON.stringify(request)}\n`, 0o600, user);
  } catch (error) {
    if (user === null || !(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new OperationError(
      "owner_cannot_read",
      `Cannot cancel ${runId}: it is run by user ${user.uid}, who could not read the request`,
      { cause: error, hint: "call wave cancel as that user" },
    );
  }
  wakeOwner(owner);
}

/** Changes nothing but the time of the last status change, which a file watch reports. */
function wakeOwner(path: string): void {
  try {
    if (lstat(path)?.isFile === true) Deno.chmodSync(path, 0o600);
  } catch (error) {
    // Without an owner nobody needs to wake; another user's owner polls.
    if (!isMissing(error) && !(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
}

/** The pending request of a run, or null. A file that holds no request is none. */
export function readCancelRequest(paths: WavePaths, runId: string): CancellationRecord | null {
  const path = paths.cancel(runId);
  if (lstat(path)?.isFile !== true) return null;
  const value = parseJson(readIfThere(path) ?? "");
  if (!isObject(value)) return null;
  const { requested_at, force, by } = value;
  const requestedAt = typeof requested_at === "string" ? Date.parse(requested_at) : NaN;
  if (Number.isNaN(requestedAt) || typeof force !== "boolean") return null;
  return { runId, requestedAt, force, ...isRequester(by) ? { by } : {} };
}

function isRequester(value: unknown): value is Requester {
  return isObject(value) && typeof value["user"] === "string" && typeof value["pid"] === "number";
}

/** By what a run is cancelled, as a clause for a person. */
export function cancelCause(by: Requester | undefined): string {
  return by === undefined
    ? "cancelled by wave cancel"
    : `cancelled by wave cancel (by ${by.user}, pid ${by.pid})`;
}

/** Uses up the request of a run, if there is one. */
export function clearCancelRequest(paths: WavePaths, runId: string): void {
  removeIfThere(paths.cancel(runId));
}
