/** Adopts the results of steps that are not run, because an earlier run or attempt completed them. */
import { relative } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { artifactChange, remeasure } from "../workspace/declared_artifacts.ts";
import { newInside } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";
import type { Step } from "../language/model/pipeline.ts";
import { recordedPath } from "../workspace/prepare_workspace.ts";
import { emptyResult, type StepArtifact, type StepResult } from "../run/step_results.ts";
import { unmetIn } from "../run/unmet_condition.ts";
import type { ReusedStep } from "../api.ts";
import { keepOutput, keptOutput } from "../workspace/kept_output.ts";
import { readValue } from "../workspace/template_values.ts";
import { makeWorkspace } from "../workspace/make_workspace.ts";
import { copyArtifact } from "../workspace/stage_artifacts.ts";
import { addToThread, emitArtifact, skipStep } from "./step_events.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import { parseJson } from "../../event/json.ts";

/** Makes `prior` the result of the step `id`. One of another run becomes this run's, with its files. */
export async function adoptResult(
  context: RunContext,
  id: string,
  prior: ReusedStep,
): Promise<void> {
  const step = context.steps.get(id);
  if (step === undefined) return;
  if (prior.skipped !== undefined) return adoptSkipped(context, step, prior.skipped, prior.fromRun);
  if (prior.failure !== undefined) {
    context.results.set(id, emptyResult("failed"));
    return;
  }
  const result = prior.fromRun === undefined
    ? await ownResult(context, step, prior)
    : await copiedResult(context, step, prior);
  context.results.set(id, { ...result, ...gateOf(context, step, result) });
  if (step.thread !== null && result.text === null) {
    context.warn(id, "what it said before is not known, and its thread goes on without that");
  }
  addToThread(context, step, result.text);
  if (prior.fromRun === undefined) return;
  for (const { data } of result.artifacts) emitArtifact(context, step, data);
  context.emit({
    state: "completed",
    step_id: id,
    persona: step.persona,
    message: `reused from ${prior.fromRun}`,
    data: {
      tokens: NO_TOKENS,
      reused_run: prior.fromRun,
      ...result.workspace === null ? {} : { workspace: result.workspace },
    },
  });
}

/** A condition that was not met is not asked again. */
function adoptSkipped(
  context: RunContext,
  step: Step,
  reason: string,
  fromRun: string | undefined,
): void {
  const unmet = unmetIn(reason, step.id) ?? step.id;
  // What this run has recorded itself stands there already.
  if (fromRun === undefined) {
    context.results.set(step.id, emptyResult("skipped", { unmet, reason }));
  } else skipStep(context, step, reason, unmet);
}

async function ownResult(
  context: RunContext,
  step: Step,
  { workspace, artifacts: before }: ReusedStep,
): Promise<StepResult> {
  const artifacts: StepArtifact[] = [];
  for (const artifact of before) {
    const changed = await artifactChange(artifact, context.root) === "changed";
    const data = changed ? await remeasure(artifact, context.root) : artifact;
    artifacts.push({ path: pathOf(step, workspace, data), data });
    // Whoever resumes has accepted it.
    if (changed) emitArtifact(context, step, data);
  }
  const text = keptOutput(context.root, workspace);
  return { status: "completed", workspace, cwd: null, artifacts, text };
}

/** The other run may be cleaned at any time, and takes its files with it. */
async function copiedResult(
  context: RunContext,
  step: Step,
  { workspace: from, artifacts: before }: ReusedStep,
): Promise<StepResult> {
  const folder = makeWorkspace(context.runFolder, step.id, 1);
  const artifacts: StepArtifact[] = [];
  for (const artifact of before) {
    const path = pathOf(step, from, artifact);
    const target = newInside(folder, path);
    await copyArtifact(artifact, step.id, target, context.root);
    artifacts.push({ path, data: { ...artifact, path: recordedPath(context, target) } });
  }
  const text = keptOutput(context.root, from);
  keepOutput(context, folder, text);
  return {
    status: "completed",
    workspace: recordedPath(context, folder),
    cwd: null,
    artifacts,
    text,
  };
}

/** Of an artifact within the step's workspace. */
function pathOf(step: Step, workspace: string | null, { name, path }: ArtifactData): string {
  const declared = step.outputArtifacts.find((artifact) => artifact.name === name)?.path;
  if (declared !== undefined) return declared;
  const within = workspace === null ? name : relative(workspace, path);
  return within.startsWith("..") ? name : within;
}

/** How a gate was answered. */
function gateOf(context: RunContext, step: Step, { artifacts }: StepResult): Partial<StepResult> {
  if (step.action.kind !== "gate") return {};
  const answer = artifacts.find(({ data }) => data.name === "gate");
  if (answer === undefined) return {};
  const gate = parseJson(String(readValue(context.root, answer.data, []))) as StepResult["gate"];
  return { gate };
}
