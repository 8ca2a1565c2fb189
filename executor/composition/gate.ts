/** Waits for a person, or for a time. */
import { OperationError } from "../../event/errors.ts";
import { collectArtifacts } from "../workspace/declared_artifacts.ts";
import { newInside } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";
import type { GateAction } from "../language/model/pipeline.ts";
import { expand } from "../language/template/template.ts";
import { tellSecrets } from "../work/redacted_artifact.ts";
import { type ActionResult, actionResult, type Work } from "../work/work.ts";
import type { GateAnswer } from "../api.ts";
import { forgeGate } from "./forge_gate.ts";

/** Where the answer is kept, so that a resume still knows it. */
const FILE = "gate.json";

/** The answer is an artifact of the step, `gate`. A cancel of the run ends the wait. */
export async function gate(
  context: RunContext,
  action: GateAction,
  work: Work,
): Promise<ActionResult> {
  if (action.gate === "timer") {
    await context.options.clock.delay(action.timeoutMs ?? 0, context.graceful);
    return actionResult({});
  }
  if (action.forge !== undefined) return await forgeGate(context, action, action.forge, work);
  const answer = await answerOf(context, action, work);
  const choice = action.choices.find(({ key }) => key === answer.choice);
  if (choice === undefined) {
    throw new OperationError("no_such_choice", `The gate has no choice "${answer.choice}"`);
  }
  const given = { ...answer, timestamp: new Date(context.options.clock.now()).toISOString() };
  const text = context.redacted(answer.text ?? "");
  const kept = text.count === 0 ? given : { ...given, text: text.text };
  tellSecrets(context, work.step, { name: "gate", raw: false }, text.count);
  Deno.writeTextFileSync(newInside(work.folders.workspace, FILE), `${JSON.stringify(kept)}\n`, {
    mode: 0o600,
  });
  const who = answer.by === undefined ? "" : ` by ${answer.by}`;
  context.emit({
    state: "tool",
    level: "info",
    step_id: work.step.id,
    persona: work.step.persona,
    attempt: work.attempt,
    message: `answered "${choice.label}"${who}${text.text === "" ? "" : `: ${text.text}`}`,
    data: { tool: "gate", choice: choice.key, text: answer.text, by: answer.by ?? null },
  });
  if (choice.target.kind === "fail") {
    const reason = answer.text === null ? "" : `: ${answer.text}`;
    return actionResult({ error: `answered "${choice.label}"${reason}`, final: true });
  }
  const spec = { name: "gate", path: FILE, type: "json" };
  const artifacts = (await collectArtifacts([spec], work.folders, context.root))
    .map((data) => ({ path: FILE, data }));
  return actionResult({
    text: choice.label,
    artifacts,
    gate: given,
    ...choice.target.kind === "step" ? { goTo: choice.target.step } : {},
  });
}

async function answerOf(
  context: RunContext,
  action: GateAction,
  { step, attempt, lookup }: Work,
): Promise<GateAnswer> {
  const fallback = action.defaultChoice ?? (action.auto ? action.choices[0]?.key ?? null : null);
  if (action.auto && fallback !== null) return { choice: fallback, text: null };
  const { options } = context;
  const message = expand(action.message, lookup).trim() || step.id;
  const question = {
    runId: options.runId,
    stepId: step.id,
    message,
    choices: action.choices,
    defaultChoice: action.defaultChoice,
    freeform: action.freeform,
  };
  const ruled = options.gates.ruled?.(question) ?? null;
  if (ruled !== null) return ruled;
  const choices = action.choices.map(({ key, label }) => ({ key, label }));
  context.emit({
    state: "tool",
    level: "info",
    step_id: step.id,
    persona: step.persona,
    attempt,
    message: `waiting for an answer: ${message}\n${answerCommand(options.runId, step.id, choices)}`,
    data: { tool: "gate", choices, default: action.defaultChoice, freeform: action.freeform },
  });
  using ended = abortOnDispose();
  const signal = AbortSignal.any([context.graceful, ended.signal]);
  const waits: Promise<GateAnswer | null>[] = [
    options.gates.answer(question, signal),
  ];
  if (action.timeoutMs !== null) {
    waits.push(options.clock.delay(action.timeoutMs, signal).then(() => null));
  }
  const answer = await Promise.race(waits);
  // The wait that lost the race rejects because it was aborted.
  for (const wait of waits) wait.catch(() => null);
  if (answer !== null) return answer;
  if (fallback !== null) return { choice: fallback, text: null };
  throw new OperationError("gate_timeout", "nobody answered in time", {
    hint: "give the gate a `default`, or a longer `timeout`",
  });
}

/** What to type in another terminal; the other choices stand in a comment, so that the line can be pasted. */
function answerCommand(
  runId: string,
  stepId: string,
  choices: readonly { readonly key: string }[],
): string {
  const [first, ...others] = choices.map(({ key }) =>
    /^[\w.-]+$/.test(key) ? key : `'${key.replaceAll("'", `'\\''`)}'`
  );
  const or = others.length === 0 ? "" : `  # or ${others.join(", ")}`;
  return `wave approve ${runId} --step ${stepId} ${first}${or}`;
}

function abortOnDispose(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() };
}
