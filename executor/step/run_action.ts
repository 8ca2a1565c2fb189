/** Does what a step is for, by the kind of its action. */
import { aggregate } from "../composition/aggregate.ts";
import { branch } from "../composition/branch.ts";
import { gate } from "../composition/gate.ts";
import { loop } from "../composition/loop.ts";
import { subPipeline } from "../composition/sub_pipeline.ts";
import type { Frame, RunContext } from "../run/run_context.ts";
import type { Action } from "../language/model/pipeline.ts";
import { runCommand, runPrompt, type Work, type WorkResult } from "../work/leaf.ts";
import { type StepArtifact, type StepResult } from "../run/step_results.ts";
import { NO_TOKENS } from "../../event/tokens.ts";

export interface Acted extends WorkResult {
  /** Artifacts that the kind of step makes by itself, besides the declared ones. */
  readonly artifacts?: readonly StepArtifact[];
  readonly gate?: StepResult["gate"];
  /** The step to go on from, by a gate's choice. */
  readonly goTo?: string;
  /** True when another attempt makes no sense. */
  readonly final?: boolean;
}

/** What an action without processes or tokens comes to. */
export function acted(
  result: Partial<Acted> & { readonly text?: string; readonly error?: string | null },
): Acted {
  return {
    error: null,
    interrupted: false,
    tokens: NO_TOKENS,
    exitCode: null,
    text: "",
    ...result,
  };
}

/** True for the kinds that work themselves, and so take one of the run's places. */
export function takesSlot(action: Action): boolean {
  return action.kind === "command" || action.kind === "prompt";
}

/** Programs, and runs within this one, have limits of their own. */
function limitsItself({ kind }: Action): boolean {
  return kind === "command" || kind === "prompt" || kind === "pipeline" || kind === "branch";
}

/** Does it, for at most as long as the step's `timeout_minutes` says. */
export async function act(context: RunContext, work: Work, frame: Frame): Promise<Acted> {
  const { id, action, timeoutMs } = work.step;
  if (timeoutMs === null || limitsItself(action)) return await actNow(context, work, frame);
  const limit = new AbortController();
  const ended = new AbortController();
  const said = `${Math.round(timeoutMs / 100) / 10}s`;
  context.options.clock.delay(timeoutMs, ended.signal).then(
    () => limit.abort(new Error(`the time limit of step ${id} (${said}) is reached`)),
    // It was done first.
    () => {},
  );
  const late = () => limit.signal.aborted && !context.halt.aborted;
  const error = `time limit of ${said} reached`;
  try {
    const done = await actNow(context.endedBy(limit.signal), work, frame);
    return late() && done.error !== null ? { ...done, error, interrupted: false } : done;
  } catch (cause) {
    if (!late()) throw cause;
    return acted({ error });
  } finally {
    ended.abort();
  }
}

async function actNow(context: RunContext, work: Work, frame: Frame): Promise<Acted> {
  const { action } = work.step;
  switch (action.kind) {
    case "command":
      return await runCommand(context, action, work);
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
      return await loop(context, action, work, frame);
    case "none":
      return acted({});
  }
}
