/** The pauses of a run: its own or those of the run around it, told in its events, and what they stop. */
import type { AdapterPause, Emit, ExecuteOptions, PauseListener, Pauses } from "../api.ts";
import { pauseText } from "../../event/pause_words.ts";
import { type RunStop, StopReason } from "./stop.ts";
import { UsagePauses } from "./usage_pauses.ts";

export interface OpenPauses extends Disposable {
  readonly pauses: Pauses;
}

/** To be disposed of when no step runs any more. */
export function openPauses(options: ExecuteOptions, emit: Emit, stop: RunStop): OpenPauses {
  const { inner, clock } = options;
  const own = inner === undefined ? new UsagePauses(clock, limitsOf(options)) : null;
  const pauses = inner?.pauses ?? own;
  if (pauses === null) throw new Error("Cannot open the pauses of a run: it has none");
  const { pauses: known = [] } = options;
  for (const { adapter } of known) if (!pauses.isPaused(adapter)) emit(unpaused(adapter));
  const told = pauses.follow(listener(options, emit, stop));
  return {
    pauses,
    [Symbol.dispose]() {
      told[Symbol.dispose]();
      own?.[Symbol.dispose]();
    },
  };
}

function limitsOf({ clock, pauses, noWait, timeoutMs }: ExecuteOptions) {
  const deadline = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
  return { known: pauses, noWait, deadline };
}

function listener({ clock }: ExecuteOptions, emit: Emit, stop: RunStop): PauseListener {
  return {
    paused: (pause) => emit(paused(pause, clock.now())),
    unpaused: (adapter) => emit(unpaused(adapter)),
    refused: (reason) => stop.gracefully(new StopReason("usage_limit", reason)),
  };
}

function paused(pause: AdapterPause, now: number): Parameters<Emit>[0] {
  const { adapter, until, reason } = pause;
  return {
    state: "paused",
    step_id: null,
    message: pauseText([pause], now).replace(/^paused /, ""),
    data: { adapter, until: new Date(until).toISOString(), reason },
  };
}

function unpaused(adapter: string): Parameters<Emit>[0] {
  const message = `${adapter} is asked again`;
  return { state: "unpaused", step_id: null, message, data: { adapter } };
}
