import assert from "node:assert/strict";
import {
  clearCancelRequest,
  readCancelRequest,
  requestCancel,
} from "../../../state/live/cancel_request.ts";
import { watchCancelRequests } from "../../../state/live/cancel_watch.ts";
import { acquireOwner, inspectOwner } from "../../../state/live/owner_lock.ts";
import { OWNER, START } from "../../events.ts";
import { project } from "../projects.ts";

const ID = "demo-1";

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

Deno.test("requestCancel() keeps the first time and the greatest force", () => {
  using made = project();
  const { paths } = made;
  assert.equal(readCancelRequest(paths, ID), null);
  requestCancel(paths, ID, true, START);
  requestCancel(paths, ID, false, START + 5);
  assert.deepEqual(readCancelRequest(paths, ID), { runId: ID, requestedAt: START, force: true });
  assert.deepEqual([...Deno.readDirSync(paths.traces)].map((one) => one.name), [
    `cancel-${ID}.json`,
  ]);
  clearCancelRequest(paths, ID);
  clearCancelRequest(paths, ID);
  assert.equal(readCancelRequest(paths, ID), null);
});

Deno.test("readCancelRequest() takes no other content for a request", () => {
  using made = project();
  const path = made.paths.cancel(ID);
  for (
    const content of ["", "{", "null", "[]", '{"force":true}', '{"requested_at":"x","force":true}']
  ) {
    Deno.writeTextFileSync(path, content);
    assert.equal(readCancelRequest(made.paths, ID), null, content);
  }
});

Deno.test("watchCancelRequests() hears a request at once, and then a forced one", async () => {
  using made = project();
  await using lock = await acquireOwner(made.paths, ID, OWNER);
  assert(lock);
  const owner = inspectOwner(made.paths, ID);
  await using watch = watchCancelRequests(made.paths, ID);
  const began = performance.now();
  requestCancel(made.paths, ID, false, START);
  await aborted(watch.graceful);
  assert.equal(watch.forced.aborted, false);
  requestCancel(made.paths, ID, true, START);
  await aborted(watch.forced);
  // Far below the poll under it: the file watch told it.
  assert(performance.now() - began < 400, `${performance.now() - began} ms`);
  assert.deepEqual(inspectOwner(made.paths, ID), owner, "the heartbeat is the owner's alone");
});

Deno.test("watchCancelRequests() hears an earlier request, and one without a file watch", async () => {
  using made = project();
  {
    requestCancel(made.paths, ID, true, START);
    await using watch = watchCancelRequests(made.paths, ID);
    assert(watch.forced.aborted && watch.graceful.aborted);
  }
  clearCancelRequest(made.paths, ID);
  // No owner file, so there is nothing to watch.
  await using watch = watchCancelRequests(made.paths, ID);
  requestCancel(made.paths, ID, false, START);
  await aborted(watch.graceful);
});
