import assert from "node:assert/strict";
import { clearCancelRequest, requestCancel } from "../../../state/live/cancel_request.ts";
import { watchCancelRequests } from "../../../state/live/cancel_watch.ts";
import { acquireOwner, inspectOwner } from "../../../state/live/owner_lock.ts";
import { OWNER, START } from "../../events.ts";
import { project } from "../projects.ts";

const ID = "demo-1";
/** So long that only the file watch can tell in time. */
const NEVER_MS = 1 << 30;

/** Resolves when `signal` aborts; rejects when that takes too long to be waited for. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error("nothing was heard of the request")), 20_000);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise.finally(() => clearTimeout(timer));
}

Deno.test("watchCancelRequests() hears a request by the file watch, and then a forced one", async () => {
  using made = project();
  await using lock = await acquireOwner(made.paths, ID, OWNER);
  assert(lock);
  const owner = inspectOwner(made.paths, ID);
  await using watch = watchCancelRequests(made.paths, ID, { pollMs: NEVER_MS });
  assert.equal(watch.graceful.aborted, false);
  requestCancel(made.paths, ID, false, START);
  await aborted(watch.graceful);
  assert.equal(watch.forced.aborted, false);
  requestCancel(made.paths, ID, true, START);
  await aborted(watch.forced);
  assert.deepEqual(inspectOwner(made.paths, ID), owner, "the heartbeat is the owner's alone");
});

Deno.test("watchCancelRequests() hears an earlier request at once", async () => {
  using made = project();
  requestCancel(made.paths, ID, true, START);
  await using watch = watchCancelRequests(made.paths, ID, { pollMs: NEVER_MS });
  assert(watch.forced.aborted && watch.graceful.aborted);
});

Deno.test("watchCancelRequests() hears a request where there is no file to be watched", async () => {
  using made = project();
  await using watch = watchCancelRequests(made.paths, ID, { pollMs: 1 });
  requestCancel(made.paths, ID, false, START);
  await aborted(watch.graceful);
  assert.equal(watch.forced.aborted, false);
  clearCancelRequest(made.paths, ID);
});

Deno.test("watchCancelRequests() goes on when a request cannot be read, and tells it once", async () => {
  using made = project();
  const { readTextFileSync } = Deno;
  const told: unknown[] = [];
  let failures = 0;
  requestCancel(made.paths, ID, false, START);
  Deno.readTextFileSync = () => {
    if (++failures === 5) Deno.readTextFileSync = readTextFileSync;
    throw new Deno.errors.PermissionDenied("no");
  };
  try {
    await using watch = watchCancelRequests(made.paths, ID, {
      pollMs: 1,
      onUnreadable: (error) => told.push(error),
    });
    assert.equal(told.length, 0, "nothing is told before the caller knows the watch");
    await aborted(watch.graceful);
  } finally {
    Deno.readTextFileSync = readTextFileSync;
  }
  assert.equal(told.length, 1);
});
