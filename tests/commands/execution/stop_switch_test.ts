import assert from "node:assert/strict";
import { type SignalSource, StopSwitch } from "../../../commands/execution/stop_switch.ts";
import type { RunStatus } from "../../../event/event.ts";

/** Signals that a test sends by hand. */
function fakeSignals(): SignalSource & { send(signal: Deno.Signal): void; count(): number } {
  const listeners: [Deno.Signal, () => void][] = [];
  return {
    add: (signal, listener) => void listeners.push([signal, listener]),
    remove: (signal, listener) => {
      const at = listeners.findIndex(([s, l]) => s === signal && l === listener);
      if (at !== -1) listeners.splice(at, 1);
    },
    send: (signal) => listeners.forEach(([s, listener]) => s === signal && listener()),
    count: () => listeners.length,
  };
}

type Act = Deno.Signal | "cancel" | "cancel --force";

Deno.test("StopSwitch is graceful or forced as the contract says, and knows the exit code", () => {
  const cases: [Act[], graceful: boolean, forced: boolean, RunStatus, exit: number][] = [
    [[], false, false, "completed", 0],
    [[], false, false, "failed", 1],
    [["SIGINT"], true, false, "cancelled", 130],
    [["SIGINT"], true, false, "completed", 130],
    [["SIGINT", "SIGINT"], true, true, "cancelled", 130],
    [["SIGTERM"], true, true, "cancelled", 143],
    [["SIGHUP"], true, true, "cancelled", 143],
    [["cancel"], true, false, "cancelled", 4],
    [["cancel"], true, false, "completed", 0],
    [["cancel --force"], true, true, "cancelled", 4],
    [["cancel", "SIGINT"], true, true, "cancelled", 130],
    [["SIGINT", "SIGTERM"], true, true, "cancelled", 130],
  ];
  for (const [acts, graceful, forced, status, exit] of cases) {
    const signals = fakeSignals();
    {
      using stop = new StopSwitch({ signals });
      for (const act of acts) {
        if (act === "cancel") stop.stop("cancel", false);
        else if (act === "cancel --force") stop.stop("cancel", true);
        else signals.send(act);
      }
      const { control } = stop;
      assert.deepEqual([control.graceful.aborted, control.forced.aborted], [graceful, forced]);
      assert.equal(stop.exitCode(status), exit, `${acts} ${status}`);
    }
    assert.equal(signals.count(), 0);
  }
});

Deno.test("StopSwitch tells of each request once", () => {
  const signals = fakeSignals();
  const seen: string[] = [];
  using _stop = new StopSwitch({
    signals,
    onStop: (cause, force) => void seen.push(`${cause} ${force}`),
  });
  for (let i = 0; i < 4; i++) signals.send("SIGINT");
  assert.deepEqual(seen, ["SIGINT false", "SIGINT true"]);
});

Deno.test("StopSwitch tells when a stop by force is asked for once more", () => {
  const signals = fakeSignals();
  using stop = new StopSwitch({ signals });
  const { forced, insisted } = stop.control;
  signals.send("SIGINT");
  signals.send("SIGINT");
  assert.deepEqual([forced.aborted, insisted.aborted], [true, false]);
  signals.send("SIGINT");
  assert.ok(insisted.aborted);
});
