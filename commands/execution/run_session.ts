/** Executes runs and records them: the wiring of recorder, database, executor and terminal. */
import { OperationError, WaveError } from "../../event/errors.ts";
import type { ArtifactData, RunEvent } from "../../event/event.ts";
import { NO_OPTIONS, type RunOptions } from "../../event/run_options.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import { withoutSteps } from "../../executor/planning/choose_steps.ts";
import { NOT_CHOSEN } from "../../executor/run/skip_reason.ts";
import { withChosenAgents } from "../../executor/planning/chosen_agents.ts";
import { ruledGates } from "./ruled_gates.ts";
import { executeRun } from "../../executor/execute_run.ts";
import { loadManifest, loadPipeline } from "../../executor/language/load_definitions.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import { plannedSteps } from "../../executor/planning/planned_steps.ts";
import { streamsEvents } from "../../executor/adapters/known_adapters.ts";
import { checkPermissions } from "../../executor/planning/agents_of_steps.ts";
import { requireVariables } from "../../executor/planning/missing_variables.ts";
import { checkBudgets } from "../../executor/planning/check_budgets.ts";
import { checkPrograms, checkWorktrees } from "../../executor/planning/preflight.ts";
import { openFinder } from "../../executor/processes/open_finder.ts";
import type { InnerRun, RunControl, RunResult } from "../../executor/api.ts";
import { parseTraceparent, type RunTrace, traceOfRun } from "../../event/span_context.ts";
import { readRunStart } from "../../state/trace/run_start.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import { openReader } from "../../state/open_reader.ts";
import { type WavePaths, wavePaths } from "../../state/records/wave_paths.ts";
import { startRecording } from "../../state/recording/start_recording.ts";
import { endOpenSteps } from "../../state/recording/finalize_recording.ts";
import { artifactData } from "../runs/artifact_data.ts";
import type { Context } from "../cli/command.ts";
import { gateArtifacts } from "../runs/gate_artifacts.ts";
import { userName } from "../cli/user_name.ts";
import { openGates } from "./terminal_gates.ts";
import { TerminalQuestions } from "./terminal_questions.ts";
import { warningsOn } from "../definitions/definition_warnings.ts";
import { InnerRuns } from "./child_runs.ts";
import { openRecords, type Records } from "./open_records.ts";
import { hooksOf } from "./defined_hooks.ts";
import { type ComingEnd, runHooks } from "./run_hooks.ts";
import { surroundings } from "./read_env_file.ts";
import { runnablePipeline } from "../definitions/runnable_pipeline.ts";
import type { PreflightOptions, RunOrigin, RunRequest, Session } from "./session.ts";
import { systemClock } from "./system_clock.ts";

export interface SessionOptions {
  /** The project's manifest, where it was read already. */
  readonly manifest?: Manifest;
  /** A file with variables that this process does not have. */
  readonly envFile?: string | undefined;
  /** What was chosen on the command line. */
  readonly options?: RunOptions;
}

/** Records runs in this process's name, and executes them with its clock, terminal and database. */
export class RunSession implements Session, AsyncDisposable {
  readonly root: string;
  readonly paths: WavePaths;
  readonly manifest: Manifest;
  readonly records: Records;
  readonly options: RunOptions;
  /** Wave's own environment, and what a file adds to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #context: Context;
  readonly #questions: TerminalQuestions;
  readonly #inner: InnerRuns;

  private constructor(
    context: Context,
    root: string,
    { manifest, records, environment, options }: Pick<
      RunSession,
      "manifest" | "records" | "environment" | "options"
    >,
  ) {
    this.#context = context;
    this.#questions = new TerminalQuestions(context);
    this.#inner = new InnerRuns(context, this);
    this.root = root;
    this.paths = wavePaths(root);
    this.manifest = manifest;
    this.options = options;
    this.records = records;
    this.environment = environment;
  }

  /**
   * @throws {UsageError} `invalid_manifest`, `env_file_unreadable`, `bad_env_file`.
   */
  static async open(
    context: Context,
    root: string,
    { manifest: known, envFile, options = NO_OPTIONS }: SessionOptions = {},
  ): Promise<RunSession> {
    if (Deno.build.os === "windows") {
      throw new OperationError("not_on_windows", "Cannot execute pipelines on Windows", {
        hint: "use WSL; the reading commands work here",
      });
    }
    const given = surroundings(envFile, context.cwd);
    await using stack = new AsyncDisposableStack();
    // Its shell starts while the manifest is read.
    const finder = stack.use(openFinder());
    const manifest = known ?? loadManifest(root, warningsOn(context), options.manifest);
    stack.move();
    const records = await openRecords(context, root, finder, given);
    const { environment } = given;
    return new RunSession(context, root, { manifest, records, environment, options });
  }

  pipeline(name: string): Pipeline {
    return runnablePipeline(this.root, name, this.manifest, warningsOn(this.#context));
  }

  /**
   * Refuses what would fail at a later step anyway, when the steps before it are paid.
   *
   * @throws {WaveError} `missing_variables`, `worktree_failed`, `program_not_found`, `no_access`, `permissions_not_enforced`,
   * `over_budget`.
   */
  async preflight(
    defined: Pipeline,
    { mock, reused, leftOut, runId, budget }: PreflightOptions,
  ): Promise<void> {
    const root = Deno.realPathSync(this.root);
    const { pipeline, manifest } = this.#chosen(withoutSteps(defined, leftOut ?? new Set()));
    const left = pipeline.steps.filter(({ id }) => !reused.has(id));
    this.requireVariables({ name: pipeline.name, steps: left }, mock);
    if (!mock) {
      checkPermissions(left, manifest);
      checkPrograms(left, manifest, root, this.environment);
      const load = (name: string) => {
        const inner = this.#called(name);
        return inner === null ? null : this.#chosen(inner).pipeline;
      };
      await checkBudgets(left, budget?.limits ?? {}, { manifest, load });
    }
    const runFolder = runId === null ? null : `${root}/.wave/workspaces/${runId}`;
    await checkWorktrees(left, root, runFolder, this.#context.signal);
  }

  requireVariables({ name, steps }: Pick<Pipeline, "name" | "steps">, mock: boolean): void {
    const load = (inner: string) => this.#called(inner);
    requireVariables(name, { steps, environment: this.environment, mock, load });
  }

  /** A pipeline that a step runs; null where that step will say what is wrong with it. */
  #called(name: string): Pipeline | null {
    try {
      return loadPipeline(this.root, name, this.manifest);
    } catch (error) {
      if (error instanceof WaveError) return null;
      throw error;
    }
  }

  #chosen(pipeline: Pipeline): { readonly pipeline: Pipeline; readonly manifest: Manifest } {
    return withChosenAgents({ pipeline, manifest: this.manifest }, this.options);
  }

  async start(
    request: Pick<RunRequest, "pipeline" | "input" | "mock" | "planned" | "inner" | "budget">,
    listener: (event: RunEvent) => void,
    origin: RunOrigin = {},
  ): Promise<Recording> {
    const { pipeline, input, mock, budget } = request;
    const steps = request.planned ?? await plannedSteps(pipeline, this.manifest, this.root);
    const options = this.records.recording(listener);
    return await startRecording({
      ...options,
      env: { ...options.env, ...request.inner?.env },
      pipeline: pipeline.name,
      input,
      steps,
      mock,
      budget,
      options: this.#recorded(origin),
      traceparent: this.#calledFrom(request.inner),
      raw: !mock && Object.values(this.manifest.adapters).some(streamsEvents),
      ...origin,
    });
  }

  async execute(
    recording: Recording,
    request: RunRequest,
    control: RunControl & { readonly insisted?: AbortSignal },
  ): Promise<RunResult> {
    let result: RunResult;
    const trace = await this.#traceOf(recording.runId);
    const hooks = this.#hooks(recording, request, control, trace);
    const told = request.attempts === undefined ? hooks(null) : Promise.resolve();
    // It is waited for below, also when it fails before that.
    told.catch(() => {});
    recording.redactor.learn(request.inner?.env ?? {});
    const leftOut = request.leftOut ?? new Set<string>();
    skipLeftOut(recording, leftOut);
    try {
      result = await executeRun({
        ...request,
        // The limits around an inner run hold by themselves.
        budget: request.inner === undefined ? request.budget?.limits : request.pipeline.budget,
        ...this.#chosen(withoutSteps(request.pipeline, leftOut)),
        projectRoot: this.root,
        runId: recording.runId,
        emit: (draft) => recording.emit(draft),
        redactor: recording.redactor,
        control,
        trace,
        clock: systemClock,
        environment: this.environment,
        startRun: (inner) => this.#inner.start(inner),
        gates: ruledGates(
          openGates(
            this.paths,
            this.#questions,
            (stepId) => gateArtifacts(recording.record, recording.artifacts, stepId),
            userName(this.#context),
          ),
          this.options,
        ),
        finder: this.records.finder,
        graceMs: this.records.graceMs,
        findArtifact: (pipeline, artifact) => this.#findArtifact(pipeline, artifact, request.mock),
      });
    } catch (error) {
      // No process of the run is left; its record must not look interrupted.
      const reason = error instanceof Error ? error.message : String(error);
      endOpenSteps(recording, "failed", { message: reason });
      await told;
      await hooks({ status: "failed", message: reason });
      await recording.end("failed", reason);
      throw error;
    }
    await told;
    await hooks(result);
    await recording.end(result.status, result.message);
    return result;
  }

  /** What runs the hooks of a run: those of its start, or of the end that it is given. */
  #hooks(
    recording: Recording,
    { pipeline, inner }: RunRequest,
    { forced, insisted }: RunControl & { readonly insisted?: AbortSignal },
    trace: RunTrace | undefined,
  ): (end: ComingEnd | null) => Promise<void> {
    const sources = hooksOf(pipeline, this.manifest, inner !== undefined);
    const options = {
      ...{ paths: this.paths, root: Deno.realPathSync(this.root), environment: this.environment },
      ...{ finder: this.records.finder, graceMs: this.records.graceMs },
      now: () => this.#context.now(),
      outer: inner?.outer ?? this.environment["WAVE_NONCE"],
      trace,
    };
    return async (end) => {
      // A forced stop is why they run now; only what is asked after that is meant for them.
      const signal = forced.aborted ? insisted ?? new AbortController().signal : forced;
      await runHooks(recording, sources, end, options, signal);
    };
  }

  /** What `TRACEPARENT` says to a run: the attempt around it, or what wave itself was told. */
  #calledFrom(inner: InnerRun | undefined): string | undefined {
    const text = inner?.traceparent ?? this.environment["TRACEPARENT"];
    return parseTraceparent(text) === null ? undefined : text;
  }

  /** As its trace's first line has it, for a resumed one, too. */
  async #traceOf(runId: string): Promise<RunTrace | undefined> {
    const start = readRunStart(this.paths.trace(runId));
    if (start === null) return undefined;
    return await traceOfRun(runId, start.timestamp, start.data.traceparent);
  }

  /** Of a run within another one what holds for that, too. */
  #recorded({ parent }: RunOrigin): RunOptions {
    if (parent === undefined) return this.options;
    const { model, adapter, auto_approve, answers } = this.options;
    return {
      ...model === undefined ? {} : { model },
      ...adapter === undefined ? {} : { adapter },
      ...auto_approve === undefined ? {} : { auto_approve },
      ...answers === undefined ? {} : { answers },
    };
  }

  #findArtifact(pipeline: string, artifact: string, mock: boolean): ArtifactData | null {
    using reader = openReader(this.root, { now: () => this.#context.now() });
    // What the mock made up is nothing that a real agent could build on.
    const run = reader.runs({ pipeline, statuses: ["completed"] }).runs
      .find(({ record }) => mock || !record.mock);
    if (run === undefined) return null;
    const found = reader.artifacts(run.record.id).findLast(({ name }) => name === artifact);
    return found === undefined ? null : artifactData(found);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.records[Symbol.asyncDispose]();
  }
}

/** Records that steps were not chosen, unless that is what the record says already. */
function skipLeftOut(recording: Recording, leftOut: ReadonlySet<string>): void {
  for (const step of recording.record.steps) {
    if (!leftOut.has(step.id) || (step.status === "skipped" && step.errorMessage === NOT_CHOSEN)) {
      continue;
    }
    recording.emit({
      state: "skipped",
      step_id: step.id,
      persona: step.persona,
      message: NOT_CHOSEN,
      data: { tokens: NO_TOKENS },
    });
  }
}
