/** Runs the hooks of a run (contract, section 11), in the process that records it. */
import { WaveError } from "../../event/errors.ts";
import { eventOf } from "../../event/make_event.ts";
import { costOf } from "../../event/tokens.ts";
import type { Hooks, Moment } from "../../executor/language/model/hooks.ts";
import type { StepExit } from "../../executor/processes/exit.ts";
import { LastLines } from "../../executor/processes/last_lines.ts";
import { outputRecorder } from "../../executor/processes/output_events.ts";
import { formatTraceparent, type RunTrace, spanIdOf } from "../../event/span_context.ts";
import type { Finder } from "../../executor/processes/process_finder.ts";
import { newMark } from "../../executor/processes/process_marker.ts";
import { runProcess } from "../../executor/processes/run_process.ts";
import { failureOf } from "../../executor/work/work.ts";
import { shellFor } from "../../executor/work/choose_shell.ts";
import { observe } from "../../state/live/liveness.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import { fold } from "../../state/records/fold.ts";
import type { RunRecord } from "../../state/records/records.ts";
import { endDraft, type EndStatus } from "../../state/records/snapshot.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import { runJson } from "../output/run_json.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";

/** Where hooks are written, and those that are. */
export interface HookSource {
  readonly from: "pipeline" | "manifest";
  readonly hooks: Hooks;
}

export interface HookOptions {
  readonly paths: WavePaths;
  /** Of the project, absolute: where hooks run. */
  readonly root: string;
  /** What they get besides what they are told. */
  readonly environment: Readonly<Record<string, string>>;
  readonly finder: Finder;
  readonly graceMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long a hook may take, milliseconds: a minute. */
  readonly limitMs?: number | undefined;
  /** Nonces around the run, as in `WAVE_NONCE`. */
  readonly outer?: string | undefined;
  /** That the run belongs to; what hooks do is a part of the run's own span. */
  readonly trace?: Pick<RunTrace, "traceId" | "flags"> | undefined;
}

/** How a run ends, before that is written down. */
export interface ComingEnd {
  readonly status: EndStatus;
  readonly message: string;
}

const LIMIT_MS = 60_000;
/** So much of the run's error is in a variable, in UTF-16 units; all of it is on stdin. */
const MAX_ERROR = 8_192;

/**
 * Runs what is to run when a run has started (`end` is null) or is about to end, side by side. Each is
 * recorded before it starts, so that no end of a run has a hook twice. One that fails is a warning.
 *
 * @param signal ends the hooks that run.
 * @throws {OperationError} `trace_write_failed`: then none was started that could not be recorded.
 */
export async function runHooks(
  recording: Recording,
  sources: readonly HookSource[],
  end: ComingEnd | null,
  options: HookOptions,
  signal: AbortSignal,
): Promise<void> {
  const moment = end?.status ?? "started";
  const scripts = sources.flatMap(({ from, hooks }) => {
    const script = hooks[moment];
    return script === undefined ? [] : [{ from, script }];
  });
  if (scripts.length === 0) return;
  const told = facts(recording, end, options);
  const hooks = scripts.map((each) => new Hook(recording, { ...each, moment }, options));
  await Promise.all(hooks.map((hook) => hook.run(told, signal)));
}

interface Facts {
  readonly env: Readonly<Record<string, string>>;
  readonly json: string;
}

function facts(recording: Recording, end: ComingEnd | null, options: HookOptions): Facts {
  const { paths, root, now } = options;
  const message = recording.redactor.text(end?.message ?? "").replaceAll("\0", "");
  const record = end === null ? recording.record : ended(recording, end.status, message, now());
  const { usd, known } = costOf(tokensOfRun(record));
  const json = { schema_version: 1, pipelines: [runJson(observe(paths, record, now()))] };
  return {
    env: {
      WAVE_PROJECT: root,
      WAVE_RUN_ID: recording.runId,
      WAVE_RUN_STATUS: record.status,
      WAVE_RUN_ERROR: message.slice(0, MAX_ERROR),
      // Unknown is never 0.
      WAVE_RUN_COST_USD: known === "unknown" ? "" : `${known === "at_least" ? ">=" : ""}${usd}`,
    },
    json: `${JSON.stringify(json)}\n`,
  };
}

/** The record as it will be once the end stands in it. */
function ended(recording: Recording, status: EndStatus, message: string, now: number): RunRecord {
  const { record, runId } = recording;
  const draft = endDraft(recording, status, message, now - record.startedAt, null);
  const timestamp = new Date(now).toISOString();
  const stamp = { seq: record.lastSeq + 1, timestamp, run_id: runId, pipeline_id: record.pipeline };
  return fold(record, eventOf(draft, stamp)) ?? record;
}

interface HookFacts {
  readonly from: HookSource["from"];
  readonly moment: Moment;
  readonly script: string;
}

class Hook {
  readonly #recording: Recording;
  readonly #facts: HookFacts;
  readonly #options: HookOptions;

  constructor(recording: Recording, facts: HookFacts, options: HookOptions) {
    this.#recording = recording;
    this.#facts = facts;
    this.#options = options;
  }

  async run({ env, json }: Facts, signal: AbortSignal): Promise<void> {
    const { moment, from, script } = this.#facts;
    const { paths, root, environment, finder, graceMs, outer, trace } = this.#options;
    const { runId } = this.#recording;
    const traced = trace === undefined
      ? {}
      : { TRACEPARENT: formatTraceparent({ ...trace, spanId: await spanIdOf(runId) }) };
    const mark = newMark();
    const lines = new LastLines();
    using output = outputRecorder({
      ...{ stepId: "", persona: null, attempt: 0 },
      emit: (draft) => lines.keep(draft),
      redactor: this.#recording.redactor,
    });
    const data = { hook: moment, from, nonce: mark.nonce };
    this.#recording.emit({ step_id: null, state: "hook", message: this.#name, data });
    try {
      const exit = await runProcess({
        what: shellFor(script, () => madeFolder(`${paths.workspace(this.#recording.runId)}/.tmp`)),
        cwd: root,
        env: {
          ...environment,
          ...env,
          ...traced,
          WAVE_NONCE: outer === undefined ? mark.nonce : `${outer}/${mark.nonce}`,
        },
        stdin: json,
        ...{ mark, finder, graceMs, signal },
        timeoutMs: this.#options.limitMs ?? LIMIT_MS,
        onOutput: (stream, bytes) => output.write(stream, bytes),
      });
      output.end();
      this.#tell(exit, lines);
    } catch (error) {
      if (!(error instanceof WaveError)) throw error;
      this.#warn(error.message, lines);
    }
  }

  get #name(): string {
    const { moment, from } = this.#facts;
    return `the ${moment} hook of ${from === "manifest" ? "wave.yaml" : "the pipeline"}`;
  }

  #tell(exit: StepExit, lines: LastLines): void {
    const left = exit.end?.left ?? [];
    if (exit.kind !== "success") this.#warn(failureOf(exit, lines), lines);
    else if (left.length > 0) this.#warn(`left processes: ${left.join(", ")}`, lines);
  }

  #warn(why: string, lines: LastLines): void {
    const { moment, from } = this.#facts;
    const last_lines = lines.all;
    this.#recording.emit({
      step_id: null,
      state: "warning",
      message: `${this.#name} failed: ${why}`,
      data: { hook: moment, from, ...last_lines.length === 0 ? {} : { last_lines } },
    });
  }
}

function madeFolder(path: string): string {
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
