import assert from "node:assert/strict";
import type { EventDraft } from "../../../event/event.ts";
import {
  followRequests,
  isFailing,
  limitTime,
  RunStop,
  stopMessage,
  StopReason,
} from "../../../executor/run/stop.ts";
import { fakeClock } from "../fixture.ts";

type Request = "graceful" | "forced";

/** What is emitted and stopped when these requests come in this order. */
function afterRequests(requests: readonly Request[], { before = false } = {}) {
  const controllers = { graceful: new AbortController(), forced: new AbortController() };
  const send = () => requests.forEach((request) => controllers[request].abort());
  const stop = new RunStop();
  const emitted: (boolean | undefined)[] = [];
  const emit = (draft: EventDraft) => {
    assert.equal(draft.state, "cancelling");
    emitted.push(draft.state === "cancelling" ? draft.data.force : undefined);
  };
  if (before) send();
  const signals = {
    graceful: controllers.graceful.signal,
    forced: controllers.forced.signal,
  };
  using _requests = followRequests(signals, emit, stop);
  if (!before) send();
  const { graceful, forced } = stop.signals;
  return { emitted, graceful: graceful.aborted, forced: forced.aborted };
}

Deno.test("followRequests() stops as is requested, and emits each kind of request once", () => {
  const cases: [Request[], emitted: boolean[], graceful: boolean, forced: boolean][] = [
    [[], [], false, false],
    [["graceful"], [false], true, false],
    [["graceful", "graceful"], [false], true, false],
    [["graceful", "forced"], [false, true], true, true],
    [["forced"], [true], true, true],
    // A request that is forced from the start aborts both.
    [["forced", "graceful"], [true], true, true],
  ];
  for (const [requests, emitted, graceful, forced] of cases) {
    assert.deepEqual(afterRequests(requests), { emitted, graceful, forced }, requests.join());
  }
  const early = afterRequests(["graceful", "forced"], { before: true });
  assert.deepEqual(early, { emitted: [true], graceful: true, forced: true });
});

for (
  const [title, reason, around, words] of [
    ["its own request", "cancelled by Ctrl-C", null, "cancelled by Ctrl-C"],
    ["nobody in particular", undefined, null, "the run was cancelled"],
    [
      "the run around it",
      new StopReason("cancelled", "cancelled by Ctrl-C"),
      "outer-1",
      "cancelled by the end of the run around it (outer-1)",
    ],
    [
      "the time limit of the run around it",
      new StopReason("time_limit", "over"),
      "outer-1",
      "cancelled by the end of the run around it (outer-1)",
    ],
  ] as const
) {
  Deno.test(`followRequests() tells that a run is stopped by ${title}`, () => {
    const graceful = new AbortController();
    const stop = new RunStop();
    const messages: (string | undefined)[] = [];
    const requests = { graceful: graceful.signal, forced: new AbortController().signal };
    using _requests = followRequests(
      requests,
      ({ message }) => void messages.push(message),
      stop,
      around,
    );
    graceful.abort(reason);
    assert.equal(stopMessage(stop.signals), words);
    assert.equal(isFailing(stop.signals), false);
    // A graceful stop of the run around it lets its steps finish, too.
    assert.equal(stop.signals.forced.aborted, false);
    assert.deepEqual(messages, [`${words}: running steps finish, nothing more starts`]);
  });
}

Deno.test("followRequests() does nothing any more once it is disposed of", () => {
  const graceful = new AbortController();
  const stop = new RunStop();
  const signals = { graceful: graceful.signal, forced: new AbortController().signal };
  followRequests(signals, () => assert.fail(), stop)[Symbol.dispose]();
  graceful.abort();
  assert.equal(stop.signals.graceful.aborted, false);
});

Deno.test("limitTime() stops by force when the time is over, and says so", async () => {
  const stop = new RunStop();
  using _limit = limitTime(fakeClock().clock.delay, 1500, stop);
  await Promise.resolve();
  assert.equal(stop.signals.forced.aborted, true);
  assert.equal(isFailing(stop.signals), true);
  assert.equal(stopMessage(stop.signals), "the run's time limit of 1.5s is reached");
});

Deno.test("limitTime() does nothing without a limit, or when the run ended first", async () => {
  const { clock, delays } = fakeClock(() => true);
  const stop = new RunStop();
  limitTime(clock.delay, undefined, stop)[Symbol.dispose]();
  assert.deepEqual(delays, []);
  limitTime(clock.delay, 1500, stop)[Symbol.dispose]();
  await Promise.resolve();
  assert.equal(stop.signals.graceful.aborted, false);
});

Deno.test("stopMessage() gives the reason of the forced stop, where there is one", () => {
  const stop = new RunStop();
  stop.gracefully(new StopReason("cancelled", "the run was cancelled"));
  assert.equal(stopMessage(stop.signals), "the run was cancelled");
  assert.equal(isFailing(stop.signals), false);
  stop.byForce(new StopReason("fatal", "the run cannot be recorded"));
  assert.equal(stopMessage(stop.signals), "the run cannot be recorded");
});
