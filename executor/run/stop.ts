/** How a run is stopped before its end, and why. */
import type { Emit, RunControl } from "../api.ts";

/** Why a run is stopped before its end. */
export class StopReason extends Error {
  readonly kind: "cancelled" | "time_limit" | "budget" | "usage_limit" | "fatal";

  constructor(kind: StopReason["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * The one stop of a run. Graceful: running steps finish, nothing more starts, and the waits of retries
 * and gates end. Forced: the processes of the running steps are ended, too. A forced stop is always a
 * graceful one as well.
 */
export class RunStop {
  readonly #graceful = new AbortController();
  readonly #forced = new AbortController();

  get signals(): RunControl {
    return { graceful: this.#graceful.signal, forced: this.#forced.signal };
  }

  gracefully(reason: StopReason): void {
    this.#graceful.abort(reason);
  }

  byForce(reason: StopReason): void {
    this.#graceful.abort(reason);
    this.#forced.abort(reason);
  }
}

/**
 * Turns the requests of the caller into a stop of the run, and emits each kind once. A request says by what
 * the run is cancelled in the reason of its signal; `around` is the run around this one, whose stop is one.
 */
export function followRequests(
  requests: RunControl,
  emit: Emit,
  stop: RunStop,
  around: string | null = null,
): Disposable {
  const emitted = { graceful: false, forced: false };
  const onRequest = (force: boolean) => {
    const { reason: given } = force ? requests.forced : requests.graceful;
    // No request: the caller itself failed. Every other stop of the run around this one is a request.
    if (given instanceof StopReason && given.kind === "fatal") return stop.byForce(given);
    // What the run around this one has used up is used up for this one: its agents end by themselves.
    if (given instanceof StopReason && given.kind === "budget") return stop.gracefully(given);
    // Nothing is added by a graceful request after a forced one; a graceful one may still become forced.
    if (emitted.forced || (emitted.graceful && !force)) return;
    emitted[force ? "forced" : "graceful"] = true;
    const cause = causeOf(given, around);
    const what = force ? "ending all processes" : "running steps finish, nothing more starts";
    emit({
      state: "cancelling",
      step_id: null,
      message: `${cause}: ${what}`,
      data: { force },
    });
    const reason = new StopReason("cancelled", cause);
    if (force) stop.byForce(reason);
    else stop.gracefully(reason);
  };
  const onGraceful = () => onRequest(false);
  const onForced = () => onRequest(true);
  requests.graceful.addEventListener("abort", onGraceful, { once: true });
  requests.forced.addEventListener("abort", onForced, { once: true });
  if (requests.forced.aborted) onForced();
  if (requests.graceful.aborted) onGraceful();
  return {
    [Symbol.dispose]() {
      requests.graceful.removeEventListener("abort", onGraceful);
      requests.forced.removeEventListener("abort", onForced);
    },
  };
}

/** By what a run is cancelled, as a clause for a person. */
function causeOf(reason: unknown, around: string | null): string {
  if (typeof reason === "string") return reason;
  return reason instanceof StopReason && around !== null
    ? `cancelled by the end of the run around it (${around})`
    : "the run was cancelled";
}

/** Stops the run by force once `timeoutMs` have `passed`, unless it is disposed of first. No limit if undefined. */
export function limitTime(
  passed: (ms: number, signal: AbortSignal) => Promise<void>,
  timeoutMs: number | undefined,
  stop: RunStop,
): Disposable {
  const ended = new AbortController();
  if (timeoutMs !== undefined) {
    const message = `the run's time limit of ${timeoutMs / 1000}s is reached`;
    passed(timeoutMs, ended.signal).then(
      () => stop.byForce(new StopReason("time_limit", message)),
      // The run ended first.
      () => {},
    );
  }
  return { [Symbol.dispose]: () => ended.abort() };
}

/** Why the run is being stopped, for the steps that are cut short by it. */
export function stopMessage(signals: RunControl): string {
  const reason = reasonOf(signals);
  return reason instanceof Error ? reason.message : "the run was cancelled";
}

/** True when the run is being stopped because it failed as a whole: by a limit, or a fault of ours. */
export function isFailing(signals: RunControl): boolean {
  const reason = reasonOf(signals);
  return reason instanceof StopReason && reason.kind !== "cancelled";
}

/** True when nothing more is started because a budget is used up. */
export function isOutOfBudget(signals: RunControl): boolean {
  const reason = reasonOf(signals);
  return reason instanceof StopReason && reason.kind === "budget";
}

function reasonOf({ graceful, forced }: RunControl): unknown {
  return forced.aborted ? forced.reason : graceful.reason;
}
