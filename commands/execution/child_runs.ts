/** Runs within runs: a step starts another pipeline, or continues the run of it that it started before. */
import { readIfThere } from "../../event/files.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import { sha256OfText } from "../../executor/files/sha256.ts";
import { inputText } from "../../executor/language/inputs/input_text.ts";
import { plannedSteps } from "../../executor/planning/planned_steps.ts";
import type { InnerRun, InnerRunRequest, StartRun } from "../../executor/api.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import { openReader } from "../../state/open_reader.ts";
import type { Context } from "../cli/command.ts";
import { type Use, wholeUse } from "../../event/budget.ts";
import type { RunBudget } from "../../event/event.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import { innerBudget } from "./run_budget.ts";
import { continueRun } from "./continue_run.ts";
import { planFrom } from "./reuse_steps.ts";
import type { RunRequest, Session } from "./session.ts";

/** With the input that its pipeline gets. */
type InnerRequest = Omit<InnerRunRequest, "input"> & { readonly input: string };

export class InnerRuns {
  readonly #context: Context;
  readonly #session: Session;
  /** Earlier runs that a step of this process continues: two items may ask for the same one. */
  readonly #claimed = new Set<string>();

  constructor(context: Context, session: Session) {
    this.#context = context;
    this.#session = session;
  }

  /** @throws {WaveError} when there is no such pipeline, or it cannot be run. */
  async start(asked: InnerRunRequest): Promise<Awaited<ReturnType<StartRun>>> {
    const pipeline = this.#session.pipeline(asked.pipeline);
    // Of one whose name only the run knows, nobody has looked at the variables.
    this.#session.requireVariables(pipeline, asked.mock);
    const input = await inputText(pipeline, { given: asked.input, uses: () => true });
    const request: InnerRequest = { ...asked, input };
    const given = await digestOf(request);
    const before = request.continuable === null
      ? null
      : await this.#earlierRun(request, pipeline, given);
    if (before !== null) return await this.#continue(request, pipeline, before);
    const { mock, inner, parent } = request;
    const origin = { parent: { run_id: parent.runId, step_id: parent.stepId } };
    await using recording = await this.#session.start(
      { pipeline, input, mock, inner, budget: budgetFor(pipeline, inner) },
      () => {},
      origin,
    );
    const folder = this.#session.paths.workspace(recording.runId);
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    Deno.writeTextFileSync(givenFile(folder), given, { mode: 0o600 });
    request.onStarted(recording.runId, "started");
    return await this.#execute(recording, request, pipeline, {});
  }

  async #continue(request: InnerRequest, pipeline: Pipeline, runId: string) {
    const { root, manifest } = this.#session;
    const { recording, request: more } = await continueRun(this.#session, {
      runId,
      pipeline,
      planned: await plannedSteps(pipeline, manifest, root),
      reuse: {},
      listener: () => {},
      budget: ({ tokens, steps, gone }) =>
        budgetFor(
          pipeline,
          request.inner,
          wholeUse(tokens, [...steps.map(({ use }) => use), gone], 0),
        ),
    });
    await using _recording = recording;
    request.onStarted(runId, "resumed");
    return await this.#execute(recording, request, pipeline, more);
  }

  async #execute(
    recording: Recording,
    { input, mock, inner, timeoutMs, control }: InnerRequest,
    pipeline: Pipeline,
    more: Partial<RunRequest>,
  ) {
    const both = {
      graceful: AbortSignal.any([control.graceful, recording.control.graceful]),
      forced: AbortSignal.any([control.forced, recording.control.forced]),
    };
    const run = { ...more, pipeline, input, mock, inner, timeoutMs: timeoutMs ?? undefined };
    const result = await this.#session.execute(recording, run, both);
    return { runId: recording.runId, result, warnings: recording.record.warnings };
  }

  /** The latest run that the same step started with the same input, unless its results are in doubt. */
  async #earlierRun(
    { parent, mock, continuable }: InnerRequest,
    pipeline: Pipeline,
    given: string,
  ): Promise<string | null> {
    const { root, paths, manifest } = this.#session;
    using reader = openReader(root, { now: () => this.#context.now() });
    const around = reader.run(parent.runId);
    if (around === null) return null;
    const query = { pipeline: pipeline.name, since: around.record.startedAt };
    const run = reader.runs(query).runs.find(({ record, liveness, status }) =>
      (continuable === "all" || status !== "completed") && record.parent?.runId === parent.runId &&
      record.parent.stepId === parent.stepId &&
      (liveness === "finished" || liveness === "interrupted") && record.mock === mock &&
      !this.#claimed.has(record.id) && readIfThere(givenFile(paths.workspace(record.id))) === given
    );
    if (run === undefined) return null;
    const { id } = run.record;
    this.#claimed.add(id);
    const planned = await plannedSteps(pipeline, manifest, root);
    const prior = { record: run.record, artifacts: reader.artifacts(id) };
    const { changed } = await planFrom(prior, pipeline, planned, root, {});
    return changed.some(({ change }) => change === "changed") ? null : id;
  }
}

function budgetFor(
  pipeline: Pipeline,
  { spender }: InnerRun,
  before: Use = wholeUse(NO_TOKENS, [], 0),
): RunBudget | undefined {
  return innerBudget(pipeline, spender?.account.left ?? {}, before);
}

/** What the step handed down, so that only a run that was given the same is continued. */
async function digestOf({ pipeline, input, inner }: InnerRequest): Promise<string> {
  const artifacts = inner.artifacts.map(({ as, data }) => [as, data.sha256]);
  const text = JSON.stringify([pipeline, input, inner.env, artifacts]);
  return await sha256OfText(text);
}

/** Its name cannot be a step's. */
function givenFile(folder: string): string {
  return `${folder}/.given`;
}
