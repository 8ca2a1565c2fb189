/** Takes the results of steps that are not run, because an earlier run or attempt completed them. */
import { relative } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { artifactChange, copyArtifact, remeasured } from "../workspace/artifacts.ts";
import { newInside } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";
import type { Step } from "../language/model/pipeline.ts";
import { recorded } from "../workspace/prepare_workspace.ts";
import { type StepArtifact, type StepResult } from "../run/step_results.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import type { ReusedStep } from "../run/execute_options.ts";
import { keepSaid, saidIn } from "../workspace/kept_output.ts";
import { emitArtifact, remember } from "./run_step.ts";
import { readValue } from "../workspace/template_values.ts";
import { parseJson } from "../../event/json.ts";
import { makeWorkspace } from "../workspace/mount.ts";

/** The result of the step `id` from now on. One of another run becomes this run's, with its files. */
export async function takeOver(context: RunContext, id: string, prior: ReusedStep): Promise<void> {
  const step = context.steps.get(id);
  if (step === undefined) return;
  const result = prior.fromRun === undefined
    ? await ownResult(context, step, prior)
    : copiedResult(context, step, prior);
  context.results.set(id, { ...result, ...gateOf(context, step, result) });
  if (step.thread !== null && result.text === null) {
    context.warn(id, "what it said before is not known, and its thread goes on without that");
  }
  remember(context, step, result.text);
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

async function ownResult(
  context: RunContext,
  step: Step,
  { workspace, artifacts: before }: ReusedStep,
): Promise<StepResult> {
  const artifacts: StepArtifact[] = [];
  for (const artifact of before) {
    const changed = await artifactChange(artifact, context.root) === "changed";
    const data = changed ? await remeasured(artifact, context.root) : artifact;
    artifacts.push({ path: pathOf(step, workspace, data), data });
    // Whoever resumes has accepted it.
    if (changed) emitArtifact(context, step, data);
  }
  const text = saidIn(context.root, workspace);
  return { status: "completed", workspace, cwd: null, artifacts, text };
}

/** The other run may be cleaned at any time, and takes its files with it. */
function copiedResult(
  context: RunContext,
  step: Step,
  { workspace: from, artifacts: before }: ReusedStep,
): StepResult {
  const folder = makeWorkspace(context.runFolder, step.id, 1);
  const artifacts = before.map((artifact): StepArtifact => {
    const path = pathOf(step, from, artifact);
    const target = newInside(folder, path);
    copyArtifact(artifact, step.id, target, context.root);
    return { path, data: { ...artifact, path: recorded(context, target) } };
  });
  const text = saidIn(context.root, from);
  keepSaid(context, folder, text);
  return {
    status: "completed",
    workspace: recorded(context, folder),
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
