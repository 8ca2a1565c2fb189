/** Cancel requests, as a file beside the trace (architecture, rule 2). */
import type { WavePaths } from "../records/wave_paths.ts";
import type { CancellationRecord } from "../records/records.ts";

/**
 * Records a request, made at `now` (epoch milliseconds), and wakes the owner. A request with `force`
 * stays forced when one without follows.
 */
export function requestCancel(paths: WavePaths, runId: string, force: boolean, now: number): void {
  const known = readCancelRequest(paths, runId);
  const request = {
    requested_at: new Date(known?.requestedAt ?? now).toISOString(),
    force: force || (known?.force ?? false),
  };
  const path = paths.cancel(runId);
  const fresh = `${path}.${crypto.randomUUID()}`;
  try {
    const text = `${JSON.stringify(request)}\n`;
    Deno.writeTextFileSync(fresh, text, { createNew: true, mode: 0o600 });
    Deno.renameSync(fresh, path);
  } catch (error) {
    removeIfThere(fresh);
    throw error;
  }
  wakeOwner(paths.owner(runId));
}

/** Changes nothing but the time of the last status change, which a file watch reports. */
function wakeOwner(path: string): void {
  try {
    if (Deno.lstatSync(path).isFile) Deno.chmodSync(path, 0o600);
  } catch (error) {
    // Without an owner nobody needs to wake; another user's owner polls.
    const expected = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    if (!expected) throw error;
  }
}

/** The pending request of a run, or null. A file that holds no request is none. */
export function readCancelRequest(paths: WavePaths, runId: string): CancellationRecord | null {
  const path = paths.cancel(runId);
  try {
    if (!Deno.lstatSync(path).isFile) return null;
    const value: unknown = JSON.parse(Deno.readTextFileSync(path));
    if (typeof value !== "object" || value === null) return null;
    const { requested_at, force } = value as Record<string, unknown>;
    const requestedAt = typeof requested_at === "string" ? Date.parse(requested_at) : NaN;
    if (Number.isNaN(requestedAt) || typeof force !== "boolean") return null;
    return { runId, requestedAt, force };
  } catch (error) {
    const none = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory || error instanceof SyntaxError;
    if (none) return null;
    throw error;
  }
}

/** Uses up the request of a run, if there is one. */
export function clearCancelRequest(paths: WavePaths, runId: string): void {
  removeIfThere(paths.cancel(runId));
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
