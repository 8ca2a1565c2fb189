/** Does what a step is for, by the kind of its action. */
import { aggregate } from "../composition/aggregate.ts";
import { branch } from "../composition/branch.ts";
import { gate } from "../composition/gate.ts";
import { loop } from "../composition/loop.ts";
import { subPipeline } from "../composition/sub_pipeline.ts";
import type { RunContext } from "../run/run_context.ts";
import { runScript } from "../work/command_action.ts";
import { runPrompt } from "../work/prompt_action.ts";
import { type ActionResult, actionResult, limitsItself, type Work } from "../work/work.ts";

/** Runs the action of a step, for at most as long as the step's `timeout_minutes` says. */
export async function runAction(context: RunContext, work: Work): Promise<ActionResult> {
  const { id, action, timeoutMs } = work.step;
  if (timeoutMs === null || limitsItself(action)) return await runKind(context, work);
  const limit = new AbortController();
  const ended = new AbortController();
  const limitText = `${Math.round(timeoutMs / 100) / 10}s`;
  context.pauses.workedFor(timeoutMs, ended.signal).then(
    () => limit.abort(new Error(`the time limit of step ${id} (${limitText}) is reached`)),
    // It was done first.
    () => {},
  );
  const isLate = () => limit.signal.aborted && !context.graceful.aborted;
  const error = `time limit of ${limitText} reached`;
  try {
    const result = await runKind(context.endedBy(limit.signal), work);
    if (!isLate() || result.error === null) return result;
    return { ...result, error, interrupted: false };
  } catch (cause) {
    if (!isLate()) throw cause;
    return actionResult({ error });
  } finally {
    ended.abort();
  }
}

async function runKind(context: RunContext, work: Work): Promise<ActionResult> {
  const { action } = work.step;
  switch (action.kind) {
    case "command":
      return await runScript(context, action, work);
    case "prompt":
      return await runPrompt(context, action, work);
    case "pipeline":
      return await subPipeline(context, action, work);
    case "branch":
      return await branch(context, action, work);
    case "aggregate":
      return await aggregate(context, action, work);
    case "gate":
      return await gate(context, action, work);
    case "loop":
      return await loop(context, action, work);
    case "none":
      return actionResult({});
  }
}
