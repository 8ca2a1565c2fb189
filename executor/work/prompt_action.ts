/** Gives the prompt of a step to its agent. */
import { join, relative } from "@std/path";
import type { ExpectedArtifact } from "../adapters/adapter.ts";
import { type AgentResult, runAgent } from "../adapters/run_agent.ts";
import { unavailableModel } from "../adapters/model_trouble.ts";
import { newInside } from "../files/confine.ts";
import { expectedSchema } from "../files/json_schema.ts";
import { filesToWrite } from "../language/model/files_to_write.ts";
import type { PromptAction, Step } from "../language/model/pipeline.ts";
import { exitCodeOf } from "../processes/exit.ts";
import { tellSecrets } from "./redacted_artifact.ts";
import type { RunContext } from "../run/run_context.ts";
import { type AttemptFolders, findOutput } from "../workspace/declared_artifacts.ts";
import { buildPrompt, systemPromptOf } from "./build_prompt.ts";
import { chooseAgent, filteredEnvironment } from "./choose_agent.ts";
import { continuedSession } from "../run/thread_session.ts";
import { throttled } from "../run/usage_limits.ts";
import { placesFor } from "./agent_places.ts";
import {
  type ActionResult,
  environmentOf,
  givenEnvironment,
  timeLimit,
  variablesOf,
  type Work,
} from "./work.ts";

export async function runPrompt(
  context: RunContext,
  action: PromptAction,
  work: Work,
): Promise<ActionResult> {
  const { step, folders } = work;
  const agent = chooseAgent(context, step.persona, step);
  await copyProjectFiles(context, agent.projectFiles, folders);
  const { lookup, lastFailure } = work;
  const where = { adapter: agent.adapter.name, folder: folders.cwd };
  const { session, knownAnswers } = continuedSession(context, step, { ...where, lastFailure });
  const prompt = buildPrompt(context, step, action.source, {
    injected: folders.injected,
    lastFailure,
    knownAnswers,
    project: agent.adapter.kind === "program" && agent.adapter.streams ? context.root : null,
    lookup,
  });
  const result = await runAgent(agent.adapter, {
    prompt,
    systemPrompt: systemPromptOf(context, step.persona),
    model: agent.model,
    temperature: agent.temperature,
    permissions: agent.permissions,
    workspace: folders.cwd,
    ...await placesFor(context, work),
    session,
    stepId: step.id,
    attempt: work.attempt,
    artifacts: filesToWrite(step).map((file) => expectedArtifact(context, step, file)),
  }, {
    finder: context.finder,
    graceMs: context.options.graceMs,
    mark: work.mark,
    env: filteredEnvironment(
      givenEnvironment(context, work),
      [...agent.passthrough, ...step.envNames ?? []],
      { ...variablesOf(context, work), ...environmentOf(context, work) },
    ),
    environment: context.options.environment,
    persona: step.persona,
    emit: context.options.emit,
    redactor: context.options.redactor,
    pricing: context.options.manifest.pricing,
    meter: context.spender(step, work.attempt),
    onEnded: (exit) => context.noteEnd(step.id, exit),
    onThrottled: (until) => context.pauses.begin(throttled(agent.adapter.name, until)),
    onWait: (cause) => context.noteWait(step.id, cause),
    silenceMs: agent.silenceMs,
    timeoutMs: timeLimit(context, step),
    signal: context.forced,
  });
  context.agents.add(step.id, result);
  // The items of a step are many conversations.
  if (result.session !== null && step.each === null) {
    context.sessions.set(step.id, { ...result.session, ...where });
  }
  writeAnswer(context, step, folders, result);
  return {
    error: result.error ?? await emptyAnswer(step, folders, result),
    interrupted: result.exit.kind === "cancelled",
    ...result.overBudget ? { final: true } : {},
    ...troubleOf(result),
    tokens: result.tokens,
    exitCode: exitCodeOf(result.exit),
    text: result.text,
    ...result.limit === null
      ? {}
      : { limit: { adapter: agent.adapter.name, until: result.limit.until } },
  };
}

/** Of an agent that ended by itself. */
function troubleOf({ error, overBudget, exit }: AgentResult): Pick<ActionResult, "unavailable"> {
  const isOwn = !overBudget && (exit.kind === "success" || exit.kind === "exit_code");
  const unavailable = error === null || !isOwn ? null : unavailableModel(error);
  return unavailable === null ? {} : { unavailable };
}

/** Neither an answer nor a file: nothing was done, whatever the exit code. */
async function emptyAnswer(
  step: Step,
  folders: AttemptFolders,
  { text }: AgentResult,
): Promise<string | null> {
  if (text.trim() !== "") return null;
  for (const { path } of filesToWrite(step)) {
    if (await findOutput(path, folders) !== null) return null;
  }
  return "the agent gave no answer";
}

function expectedArtifact(
  context: RunContext,
  step: Step,
  { name, path, type }: ExpectedArtifact,
): ExpectedArtifact {
  const schema = expectedSchema(step.contracts, step.outputArtifacts, path, context.root);
  return { name, path, type, ...schema === undefined ? {} : { schema } };
}

/** The answer is the artifact of a step that declares one of `source: stdout`. */
function writeAnswer(
  context: RunContext,
  step: Step,
  { workspace }: AttemptFolders,
  { text }: AgentResult,
): void {
  for (const artifact of step.outputArtifacts) {
    if (artifact.source !== "stdout") continue;
    const clean = context.redacted(text);
    const path = newInside(workspace, artifact.path);
    Deno.writeTextFileSync(path, artifact.raw ? text : clean.text, { mode: 0o600 });
    tellSecrets(context, step, artifact, clean.count);
  }
}

async function copyProjectFiles(
  { root }: RunContext,
  files: readonly string[],
  { workspace, cwd }: AttemptFolders,
): Promise<void> {
  if (cwd !== workspace) return;
  for (const file of files) {
    const source = join(root, file);
    const target = newInside(workspace, relative(root, source));
    try {
      await Deno.copyFile(source, target);
    } catch (error) {
      // The manifest names files that a project may have, such as CLAUDE.md.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
