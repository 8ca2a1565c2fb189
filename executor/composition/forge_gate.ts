/** Waits until a forge says that a pull request is merged, or that checks have passed. */
import type { ForgeQuestion } from "../language/model/forge_question.ts";
import type { GateAction } from "../language/model/pipeline.ts";
import type { RunContext } from "../run/run_context.ts";
import { runShell } from "../work/run_shell.ts";
import { type ActionResult, actionResult, type Work } from "../work/work.ts";
import { checksIn, type ForgeAnswer, mergeIn } from "./forge_answer.ts";

/** So many questions in a row may go unanswered, for the network and the service have their moments. */
const MOST_UNANSWERED = 3;
/** What a shell says when there is no such program. */
const NOT_FOUND = 127;

/** Asks again and again; a stop of the run ends the wait. On the mock nothing is asked, and it opens. */
export async function forgeGate(
  context: RunContext,
  action: GateAction,
  question: ForgeQuestion,
  work: Work,
): Promise<ActionResult> {
  const { step } = work;
  if (context.options.mock) {
    context.warn(step.id, `the gate ${action.gate} opens unasked, because the run is on the mock`);
    return actionResult({});
  }
  const { clock } = context.options;
  const from = clock.monotonic();
  let unanswered = 0;
  let told = "";
  for (;;) {
    const asked = await ask(context, action, question, work);
    if (asked.result.interrupted) return asked.result;
    unanswered = asked.answer === null ? unanswered + 1 : 0;
    const answer = asked.answer ??
      { state: "waiting", reason: asked.result.error ?? "the answer cannot be read" };
    const isGone = asked.result.exitCode === NOT_FOUND;
    if (answer.state === "open") return actionResult({ text: answer.reason });
    if (answer.state === "failed") return actionResult({ error: answer.reason, final: true });
    if (isGone || unanswered >= MOST_UNANSWERED) {
      const hint = isGone ? "; install gh, or give the gate a command" : "";
      return actionResult({ error: `cannot ask: ${answer.reason}${hint}`, final: isGone });
    }
    if (answer.reason !== told) {
      told = answer.reason;
      context.emit({
        ...{ state: "tool", level: "info", step_id: step.id, persona: step.persona },
        ...{ attempt: work.attempt, message: `waiting: ${told}`, data: { tool: action.gate } },
      });
    }
    const left = action.timeoutMs === null
      ? Infinity
      : action.timeoutMs - (clock.monotonic() - from);
    if (left <= question.intervalMs) {
      if (left > 0) await clock.delay(left, context.graceful);
      return actionResult({ error: `the gate's timeout is over: ${told}` });
    }
    await clock.delay(question.intervalMs, context.graceful);
  }
}

async function ask(
  context: RunContext,
  { gate }: GateAction,
  { command, script }: ForgeQuestion,
  work: Work,
): Promise<{ readonly answer: ForgeAnswer | null; readonly result: ActionResult }> {
  const decoder = new TextDecoder();
  let text = "";
  const result = await runShell(context, script, work, (bytes) => {
    text += decoder.decode(bytes, { stream: true });
  });
  if (!command) return { answer: gate === "pr_merge" ? mergeIn(text) : checksIn(text), result };
  // As of a condition: 0 is yes, 1 is no, and anything else went wrong.
  if (result.error === null) return { answer: { state: "open", reason: "" }, result };
  const reason = result.error;
  if (result.exitCode === 1) return { answer: { state: "waiting", reason }, result };
  return { answer: { state: "failed", reason: `its command failed: ${reason}` }, result };
}
