/** Runs another pipeline as a run of its own. */
import { extname } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { OperationError } from "../../event/errors.ts";
import { type Acted, acted } from "../step/run_action.ts";
import { type ArtifactSpec, collectArtifacts } from "../workspace/artifacts.ts";
import { existingInside, newInside } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";
import { within } from "../contracts/within.ts";
import type { PipelineAction } from "../language/model/pipeline.ts";
import { expand, textOf } from "../language/template/template.ts";
import type { Work } from "../work/leaf.ts";
import type { InnerRun, InnerRunRequest, RunOutput, RunResult } from "../run/execute_options.ts";
import type { StepArtifact } from "../run/step_results.ts";
import { readValue } from "../workspace/template_values.ts";

/** A cancel or time limit of this run reaches the inner one; its outputs become this step's. */
export async function subPipeline(
  context: RunContext,
  action: PipelineAction,
  work: Work,
): Promise<Acted> {
  const { options } = context;
  const depth = (options.inner?.depth ?? 0) + 1;
  const { maxDepth } = options.manifest.runtime.nesting;
  if (depth > maxDepth) {
    throw new OperationError("too_deep", `pipelines may call each other ${maxDepth} deep`, {
      hint: "raise runtime.meta_pipeline.max_depth in wave.yaml, or call fewer",
    });
  }
  const pipeline = expand(action.pipeline, work.lookup).trim();
  // What happens within it stands in its own log; this run says where that is.
  const tell = (innerRun: string, what: string, follow = "") =>
    context.emit({
      state: "tool",
      level: "info",
      step_id: work.step.id,
      persona: work.step.persona,
      attempt: work.attempt,
      message: `run ${innerRun} ${what}: wave logs ${innerRun}${follow}`,
      data: { inner_run: innerRun },
    });
  const { runId, result } = await options.startRun({
    pipeline,
    input: action.input === null ? options.input : expand(action.input, work.lookup),
    parent: { runId: options.runId, stepId: work.step.id },
    inner: {
      env: Object.fromEntries(
        Object.entries(action.env).map(([name, value]) => [name, expand(value, work.lookup)]),
      ),
      artifacts: handedDown(context, action, work),
      around: [
        { pipeline: options.pipeline.name, artifacts: allArtifacts(context) },
        ...options.inner?.around ?? [],
      ],
      outer: within(work),
      depth,
      slots: context.slots,
      finder: context.finder,
    },
    control: { graceful: context.halt, forced: context.hard },
    mock: options.mock,
    goOn: goOn(context, work),
    timeoutMs: shorter(action.timeoutMs, work.step.timeoutMs),
    onBegun: (innerRun, how) => tell(innerRun, how, " -f"),
  });
  tell(runId, result.status);
  // The inner run has spent its own tokens and tells them itself.
  if (result.status === "cancelled") {
    const interrupted = context.halt.aborted;
    const error = `pipeline ${pipeline} was cancelled (${runId})`;
    return acted({ interrupted, error, final: true });
  }
  if (result.status === "failed") {
    return acted({ error: `pipeline ${pipeline} failed: ${result.message} (${runId})` });
  }
  return acted({ text: runId, artifacts: await takeOutputs(context, action, work, result) });
}

/**
 * At the first try of a resumed run; a later one is to do it anew. A run that completed was not what
 * failed its step, unless that has other items; then it stands, if no contract found fault with it.
 */
function goOn({ options }: RunContext, { step, attempt }: Work): InnerRunRequest["goOn"] {
  const before = step.each === null ? options.attempts?.get(step.id) ?? 0 : 0;
  if (options.goesOn?.has(step.id) !== true || attempt !== before + 1) return null;
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
    throw new OperationError("input_missing", `there is no artifact ${name} to hand down`);
  });
}

/** Copies what the inner run delivered into the workspace, where it stays when that run is cleaned. */
async function takeOutputs(
  context: RunContext,
  { extract }: PipelineAction,
  { step, place }: Work,
  result: RunResult,
): Promise<StepArtifact[]> {
  const specs: ArtifactSpec[] = [];
  for (const { name, data, field } of wanted(extract, result)) {
    const declared = step.outputArtifacts.find((artifact) => artifact.name === name)?.path;
    const path = declared ?? `${name}${extname(data.path)}`;
    const target = newInside(place.workspace, path);
    if (field === null) {
      const source = existingInside(context.root, data.path);
      if (source === null) continue;
      Deno.copyFileSync(source, target);
    } else {
      const value = readValue(context.root, data, field.split("."));
      Deno.writeTextFileSync(target, value === undefined ? "" : textOf(value), { mode: 0o600 });
    }
    specs.push({ name, path, type: data.type });
  }
  const collected = await collectArtifacts(specs, place, context.root);
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
