/** How the process that executes a run is told to stop: by Ctrl-C, SIGTERM or `wave cancel`. */
import { ExitCode } from "../../event/errors.ts";
import type { RunStatus } from "../../event/event.ts";
import { exitCodeOfRun } from "../cli/exit_codes.ts";
import { listenToSignal, stopListening } from "../cli/listen_to_signal.ts";
import { StopReason } from "../../executor/run/stop.ts";
import type { RunControl } from "../../executor/api.ts";

/** By what the run is cancelled, as a clause for a person. */
const WORDS: Readonly<Record<StopCause, string>> = {
  SIGINT: "cancelled by Ctrl-C",
  SIGTERM: "cancelled by SIGTERM",
  cancel: "cancelled by wave cancel",
};

/** Who asked first; a signal to this process counts more than a request from elsewhere. */
export type StopCause = "SIGINT" | "SIGTERM" | "cancel";

export interface SignalSource {
  add(signal: Deno.Signal, listener: () => void): void;
  remove(signal: Deno.Signal, listener: () => void): void;
}

const processSignals: SignalSource = {
  add: listenToSignal,
  remove: stopListening,
};

/**
 * Besides SIGINT: all that ends a process unless it is caught. The run's own processes lie in sessions of
 * their own and get none of them, so what ends wave has to end them, too.
 */
const ENDINGS: readonly Deno.Signal[] = [
  ...["SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM"] as const,
  ...["SIGVTALRM", "SIGPROF", "SIGXCPU"] as const,
];

/** `insisted` aborts when a stop by force is asked for once more: what is only left to be told may be left out. */
export interface StopControl extends RunControl {
  readonly insisted: AbortSignal;
}

export interface StopSwitchOptions {
  readonly signals?: SignalSource;
  /** Called at each new request, so that it can be shown. */
  onStop?(cause: StopCause, force: boolean): void;
}

/**
 * Turns requests to stop into the executor's `RunControl`: Ctrl-C once is graceful and twice forced,
 * SIGTERM, a closed terminal and other ends are forced at once (contract, sections 2 and 3, `cancel`).
 * Dispose it at the end: it takes the signals for as long as it lives.
 */
export class StopSwitch implements Disposable {
  readonly #graceful = new AbortController();
  readonly #forced = new AbortController();
  readonly #insisted = new AbortController();
  readonly #signals: SignalSource;
  readonly #onStop: (cause: StopCause, force: boolean) => void;
  readonly #listeners: readonly (readonly [Deno.Signal, () => void])[];
  #cause: StopCause | null = null;

  constructor(
    { signals = processSignals, onStop = () => {} }: StopSwitchOptions = {},
  ) {
    this.#signals = signals;
    this.#onStop = onStop;
    this.#listeners = [
      ["SIGINT", () => this.stop("SIGINT", this.#graceful.signal.aborted)],
      ...ENDINGS.map((name) =>
        [name, () => this.stop("SIGTERM", true, `cancelled by ${name}`)] as const
      ),
    ];
    for (const [signal, listener] of this.#listeners) signals.add(signal, listener);
  }

  get control(): StopControl {
    return {
      graceful: this.#graceful.signal,
      forced: this.#forced.signal,
      insisted: this.#insisted.signal,
    };
  }

  /** Who asked, or null when nobody did. */
  get cause(): StopCause | null {
    return this.#cause;
  }

  /**
   * Asks the run to stop; a forced request follows a graceful one, never the other way round. `words` say by
   * what, and become the run's reason.
   */
  stop(cause: StopCause, force: boolean, words = WORDS[cause]): void {
    if (force && this.#forced.signal.aborted) this.#insisted.abort(words);
    const news = force ? !this.#forced.signal.aborted : !this.#graceful.signal.aborted;
    if (!news) return;
    if (this.#cause === null || this.#cause === "cancel") this.#cause = cause;
    if (force) this.#forced.abort(words);
    this.#graceful.abort(words);
    this.#onStop(cause, force);
  }

  /** Ends the run by force because wave itself failed; it fails with that reason. */
  fail(error: Error): void {
    const reason = new StopReason("fatal", `internal error: ${error.message}`, { cause: error });
    this.#forced.abort(reason);
    this.#graceful.abort(reason);
  }

  /** The exit code of a run that ended with `status` (contract, section 2). */
  exitCode(status: RunStatus): ExitCode {
    if (this.#cause === "SIGINT") return ExitCode.interrupted;
    if (this.#cause === "SIGTERM") return ExitCode.terminated;
    return exitCodeOfRun(status);
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) this.#signals.remove(signal, listener);
  }
}
