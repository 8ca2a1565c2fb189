/** Runs another pipeline as a run of its own. */
import { extname } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { OperationError } from "../../event/errors.ts";
import { type ArtifactSpec, collectArtifacts } from "../workspace/declared_artifacts.ts";
import { existingInside, newInside } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";
import type { GivenInput } from "../language/model/input_spec.ts";
import type { InputTemplate, PipelineAction } from "../language/model/pipeline.ts";
import { expand, expandJson, type Lookup, textOf } from "../language/template/template.ts";
import { type ActionResult, actionResult, type Work } from "../work/work.ts";
import type { InnerRun, InnerRunRequest, RunOutput, RunResult } from "../api.ts";
import type { StepArtifact } from "../run/step_results.ts";
import { requireMet } from "../run/unmet_condition.ts";
import { readValue } from "../workspace/template_values.ts";
import { nonceChain } from "../processes/process_marker.ts";

/** A cancel or time limit of this run reaches the inner one; its outputs become this step's. */
export async function subPipeline(
  context: RunContext,
  action: PipelineAction,
  work: Work,
): Promise<ActionResult> {
  const { options } = context;
  const depth = (options.inner?.depth ?? 0) + 1;
  const { maxDepth } = options.manifest.runtime.nesting;
  if (depth > maxDepth) {
    throw new OperationError("too_deep", `pipelines may call each other ${maxDepth} deep`, {
      hint: "raise runtime.meta_pipeline.max_depth in wave.yaml, or call fewer",
    });
  }
  const pipeline = expand(action.pipeline, work.lookup).trim();
  refuseCircle(context, pipeline);
  // Its events are in its own log; this run names that.
  const emitInner = (innerRun: string, what: string, follow = "") =>
    context.emit({
      state: "tool",
      level: "info",
      step_id: work.step.id,
      persona: work.step.persona,
      attempt: work.attempt,
      message: `run ${innerRun} ${what}: wave logs ${innerRun}${follow}`,
      data: { inner_run: innerRun },
    });
  const env = Object.fromEntries(
    Object.entries(action.env).map(([name, value]) => [name, expand(value, work.lookup)]),
  );
  options.redactor?.learn(env);
  const { runId, result, warnings = 0 } = await options.startRun({
    pipeline,
    input: inputFor(action.input, work.lookup) ?? { kind: "text", text: options.input },
    parent: { runId: options.runId, stepId: work.step.id },
    inner: {
      env,
      artifacts: handedDown(context, action, work),
      around: [
        { pipeline: options.pipeline.name, artifacts: allArtifacts(context) },
        ...options.inner?.around ?? [],
      ],
      runId: options.runId,
      outer: nonceChain(work),
      traceparent: work.traceparent,
      depth,
      spender: context.spender(work.step, work.attempt),
      slots: context.slots,
      pauses: context.pauses,
      finder: context.finder,
    },
    control: { graceful: context.graceful, forced: context.forced },
    mock: options.mock,
    continuable: continuable(context, work),
    timeoutMs: shorter(action.timeoutMs, work.step.timeoutMs),
    onStarted: (innerRun, how) => emitInner(innerRun, how, " -f"),
  });
  emitInner(runId, result.status);
  if (warnings > 0) {
    const count = warnings === 1 ? "1 warning" : `${warnings} warnings`;
    context.warn(work.step.id, `pipeline ${pipeline}: ${count} (wave logs ${runId} --errors)`);
  }
  // The inner run counts and records its tokens itself.
  if (result.status === "cancelled") {
    const interrupted = context.graceful.aborted;
    const error = `pipeline ${pipeline} was cancelled (${runId})`;
    return actionResult({ interrupted, error, final: true });
  }
  if (result.status === "failed") {
    const error = `pipeline ${pipeline} failed: ${result.message} (${runId})`;
    return actionResult({ error, ...result.overBudget === true ? { final: true } : {} });
  }
  return actionResult({ text: runId, artifacts: await takeOutputs(context, action, work, result) });
}

/** What the inner run is given; null where the step does not say it. */
function inputFor(input: InputTemplate | null, lookup: Lookup): GivenInput | null {
  if (input === null) return null;
  if (typeof input === "string") return { kind: "text", text: expand(input, lookup) };
  const values = input.named.map(({ name, text, isJson }) =>
    [name, isJson ? expandJson(text, lookup) : expand(text, lookup)] as const
  );
  return { kind: "named", values };
}

/** A name that only the run knows may lead in a circle, whose paid steps would be done again and again. */
function refuseCircle({ options }: RunContext, pipeline: string): void {
  const around = [
    options.pipeline.name,
    ...(options.inner?.around ?? []).map((run) => run.pipeline),
  ];
  const at = around.indexOf(pipeline);
  if (at < 0) return;
  const circle = [...around.slice(0, at + 1).toReversed(), pipeline].join(" → ");
  throw new OperationError(
    "pipeline_cycle",
    `the pipelines run each other without end: ${circle}`,
    {
      hint: "to do something again, use loop or iterate",
    },
  );
}

/**
 * Earlier inner runs are continued by the first attempt after a resume; later attempts start anew. One
 * that completed is continued, which runs nothing again, only for an item of a step that failed because
 * of other items, and only if the step has no contract that may have failed it.
 */
function continuable(
  { options }: RunContext,
  { step, attempt }: Work,
): InnerRunRequest["continuable"] {
  const before = step.each === null ? options.attempts?.get(step.id) ?? 0 : 0;
  if (options.continued?.has(step.id) !== true || attempt !== before + 1) return null;
  return step.each !== null && step.contracts.length === 0 ? "all" : "incomplete";
}

function shorter(one: number | null, other: number | null): number | null {
  return one === null || other === null ? one ?? other : Math.min(one, other);
}

function allArtifacts(context: RunContext): ArtifactData[] {
  return [...context.results.values()].flatMap(({ artifacts }) =>
    artifacts.map(({ data }) => data)
  );
}

function handedDown(
  context: RunContext,
  { inject }: PipelineAction,
  { step }: Work,
): InnerRun["artifacts"] {
  const from = inject === null ? step.dependencies : [...context.results.keys()];
  const known = from.flatMap((id) => context.results.get(id)?.artifacts ?? []);
  const above = context.options.inner?.artifacts ?? [];
  if (inject === null) return known.map(({ data }) => ({ as: data.name, data }));
  return inject.map((name) => {
    const data = known.find((artifact) => artifact.data.name === name)?.data ??
      above.find(({ as }) => as === name)?.data;
    if (data !== undefined) return { as: name, data };
    for (const { id, outputArtifacts } of context.steps.values()) {
      if (outputArtifacts.some((own) => own.name === name)) requireMet(context.results, id, name);
    }
    throw new OperationError("input_missing", `there is no artifact ${name} to hand down`);
  });
}

/** Copies what the inner run delivered into the workspace, where it stays when that run is cleaned. */
async function takeOutputs(
  context: RunContext,
  { extract }: PipelineAction,
  { step, folders }: Work,
  result: RunResult,
): Promise<StepArtifact[]> {
  const specs: ArtifactSpec[] = [];
  for (const { name, data, field } of wanted(extract, result)) {
    const declared = step.outputArtifacts.find((artifact) => artifact.name === name)?.path;
    const path = declared ?? `${name}${extname(data.path)}`;
    const target = newInside(folders.workspace, path);
    if (field === null) {
      const source = existingInside(context.root, data.path);
      if (source === null) continue;
      await Deno.copyFile(source, target);
    } else {
      const value = readValue(context.root, data, field.split("."));
      Deno.writeTextFileSync(target, value === undefined ? "" : textOf(value), { mode: 0o600 });
    }
    specs.push({ name, path, type: data.type });
  }
  const collected = await collectArtifacts(specs, folders, context.root, context.forced);
  return collected.map((data, index) => ({ path: specs[index]?.path ?? data.name, data }));
}

/** Without `extract` the pipeline's named outputs; of a pipeline that names none all its artifacts. */
function wanted(extract: readonly string[] | null, result: RunResult): readonly RunOutput[] {
  if (extract === null) {
    return result.outputs.length > 0 ? result.outputs : uniqueNames(result.artifacts);
  }
  return extract.map((name) => {
    const found = [...result.outputs, ...result.artifacts.toReversed()]
      .find((output) => output.name === name);
    if (found !== undefined) return found;
    throw new OperationError("input_missing", `the inner run delivered no artifact ${name}`);
  });
}

/** Of artifacts with the same name the last one. */
function uniqueNames(artifacts: readonly RunOutput[]): RunOutput[] {
  return [...new Map(artifacts.map((artifact) => [artifact.name, artifact])).values()];
}
