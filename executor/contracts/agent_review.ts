/** Lets another persona judge what a step delivered. */
import { join } from "@std/path";
import { type AgentResult, runAgent } from "../adapters/run_agent.ts";
import { placesFor } from "../work/agent_places.ts";
import { type Agent, chooseAgent, filteredEnvironment } from "../work/choose_agent.ts";
import { findOutput } from "../workspace/declared_artifacts.ts";
import type { RunContext } from "../run/run_context.ts";
import { git } from "../files/git.ts";
import type { AgentReviewContract } from "../language/model/contract.ts";
import {
  environmentOf,
  givenEnvironment,
  timeLimit,
  variablesOf,
  type Work,
} from "../work/work.ts";
import { newMark, nonceChain } from "../processes/process_marker.ts";
import { systemPromptOf } from "../work/build_prompt.ts";
import { readStart } from "../files/read_text.ts";
import type { CheckResult } from "./check_result.ts";
import type { Tokens } from "../../event/event.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";
import { MOST_LIMITS, pauseFor, throttled } from "../run/usage_limits.ts";
import { judgementIn, reasonIn } from "./review_verdict.ts";

/** The most of one file, or of a diff, that the reviewer is shown. */
const SHOWN = 65_536;

const ASK = `Judge the work above by the criteria. Answer with one JSON object and nothing else:
{"verdict": "pass" or "fail", "reasons": ["…", "…"]}`;

const ASK_EACH =
  `Judge the work above by each of the criteria by itself. Answer with one JSON object and
nothing else, with one entry for each criterion, in their order:
{"results": [{"pass": true or false, "reason": "…"}, …]}`;

/**
 * Asks the reviewer for a verdict in JSON. An answer without one fails the contract, except the mock's,
 * which approves of everything.
 */
export async function agentReview(
  context: RunContext,
  work: Work,
  contract: AgentReviewContract,
): Promise<CheckResult> {
  const agent = chooseAgent(context, contract.persona, { model: contract.model });
  const { result, tokens } = await answer(context, work, contract, agent);
  if (result === null || result.exit.kind === "cancelled") {
    return { reason: null, tokens, interrupted: true };
  }
  if (result.overBudget) return { reason: result.error, tokens, final: true };
  if (result.error !== null) {
    return { reason: `${contract.persona} did not review: ${result.error}`, tokens };
  }
  const text = context.redact(result.text);
  const mock = agent.adapter.name === "mock";
  const reason = contract.threshold === null
    ? reasonIn(text, contract.persona, mock)
    : judgementIn(text, { ...contract, threshold: contract.threshold }, mock);
  return { reason, tokens };
}

/**
 * What the reviewer says, and what all that was asked used. A usage limit is waited for here, because what it
 * is to judge is paid for; without a result when the run was stopped meanwhile.
 */
async function answer(
  context: RunContext,
  work: Work,
  contract: AgentReviewContract,
  agent: Agent,
): Promise<{ readonly result: AgentResult | null; readonly tokens: Tokens }> {
  const adapter = agent.adapter.name;
  const waiter = context.waiter(work.step, contract.timeoutMs);
  let tokens = NO_TOKENS;
  for (let limits = 0;; limits++) {
    try {
      if (context.pauses.isPaused(adapter)) {
        await context.pauses.hold(adapter, waiter, context.graceful);
      }
    } catch (error) {
      if (context.graceful.aborted) return { result: null, tokens };
      throw error;
    }
    const result = await ask(context, work, contract, agent);
    tokens = addTokens(tokens, result.tokens);
    context.agents.add(work.step.id, { version: null, costFrom: result.costFrom });
    const { now } = context.options.clock;
    if (
      result.limit === null || limits >= MOST_LIMITS ||
      !pauseFor(context.pauses, { adapter, ...result.limit }, waiter, now())
    ) return { result, tokens };
  }
}

async function ask(
  context: RunContext,
  work: Work,
  contract: AgentReviewContract,
  agent: Agent,
): Promise<AgentResult> {
  const { step, attempt, folders } = work;
  const inner = { ...work, mark: newMark(), outer: nonceChain(work) };
  return await runAgent(agent.adapter, {
    prompt: await reviewPrompt(context, work, contract),
    systemPrompt: systemPromptOf(context, contract.persona),
    model: agent.model,
    temperature: agent.temperature,
    permissions: agent.permissions,
    workspace: folders.cwd,
    ...await placesFor(context, inner),
    stepId: step.id,
    attempt,
    artifacts: [],
  }, {
    finder: context.finder,
    graceMs: context.options.graceMs,
    mark: inner.mark,
    env: filteredEnvironment(
      givenEnvironment(context, inner),
      [...agent.passthrough, ...step.envNames ?? []],
      { ...variablesOf(context, inner), ...environmentOf(context, inner) },
    ),
    environment: context.options.environment,
    persona: contract.persona,
    emit: context.options.emit,
    redactor: context.options.redactor,
    pricing: context.options.manifest.pricing,
    meter: context.spender({ id: step.id, persona: contract.persona }, attempt),
    silenceMs: agent.silenceMs,
    timeoutMs: contract.timeoutMs ?? timeLimit(context, step),
    onEnded: (exit) => context.noteEnd(step.id, exit),
    onThrottled: (until) => context.pauses.begin(throttled(agent.adapter.name, until)),
    onWait: (cause) => context.noteWait(step.id, cause),
    signal: context.forced,
  });
}

async function reviewPrompt(
  context: RunContext,
  { step, folders }: Work,
  contract: AgentReviewContract,
): Promise<string> {
  const sections = [`# Review of step ${step.id}`];
  const criteria = contract.criteria.map((criterion) => `- ${criterion}`).join("\n");
  const file = contract.criteriaPath;
  const written = file === null ? "" : Deno.readTextFileSync(join(context.root, file)).trimEnd();
  sections.push(`## Criteria\n\n${[written, criteria].filter((text) => text !== "").join("\n\n")}`);
  const paths = contract.source === null
    ? step.outputArtifacts.map(({ path }) => path)
    : [contract.source];
  for (const path of paths) {
    const found = await findOutput(path, folders);
    const text = found === null ? "(this file does not exist)" : readStart(found, path, 4 * SHOWN);
    sections.push(shown(path, text));
  }
  for (const extra of contract.context) {
    if (extra.source === "git_diff") {
      const args = ["diff", ...extra.base === null ? ["HEAD"] : [extra.base]];
      sections.push(shown("git diff", await git(folders.commandCwd, args, context.forced)));
    } else {
      const artifact = step.outputArtifacts.find(({ name }) => name === extra.artifact);
      const found = artifact === undefined ? null : await findOutput(artifact.path, folders);
      if (found !== null) {
        sections.push(shown(extra.artifact, readStart(found, extra.artifact, 4 * SHOWN)));
      }
    }
  }
  return [...sections, contract.threshold === null ? ASK : ASK_EACH].join("\n\n") + "\n";
}

function shown(title: string, text: string): string {
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}\n[cut]` : text;
  return `## ${title}\n\n~~~\n${cut.trimEnd()}\n~~~`;
}
