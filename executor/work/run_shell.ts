/** Runs a script of a step: its action, or its condition. */
import type { EventDraft } from "../../event/event.ts";
import type { Template } from "../language/model/source_text.ts";
import { scriptOf } from "../language/template/script.ts";
import { exitCodeOf } from "../processes/exit.ts";
import { LastLines } from "../processes/last_lines.ts";
import { outputRecorder } from "../processes/output_events.ts";
import { type Leader, runProcess } from "../processes/run_process.ts";
import type { RunContext } from "../run/run_context.ts";
import { shellFor } from "./choose_shell.ts";
import {
  type ActionResult,
  actionResult,
  environmentOf,
  failureOf,
  givenEnvironment,
  timeLimit,
  variablesOf,
  type Work,
} from "./work.ts";

/**
 * What the script prints is recorded; `onStdout` gets the bytes as they come. The result is without text.
 *
 * @throws {UsageError} as `scriptOf` and `variablesOf`.
 */
export async function runShell(
  context: RunContext,
  template: Template,
  work: Work,
  onStdout: (bytes: Uint8Array) => void = () => {},
): Promise<ActionResult> {
  const { step, attempt, folders, mark } = work;
  const { script, env } = scriptOf(template, work.lookup);
  const lines = new LastLines();
  using recorder = outputRecorder({
    stepId: step.id,
    persona: null,
    attempt,
    emit: (draft) => {
      lines.keep(draft);
      context.emit(draft);
    },
    redactor: context.options.redactor,
  });
  const exit = await runProcess({
    what: shellFor(script, () => context.temporaryFolder()),
    cwd: folders.cwd,
    env: {
      ...givenEnvironment(context, work),
      ...variablesOf(context, work),
      ...environmentOf(context, work),
      ...env,
    },
    mark,
    finder: context.finder,
    graceMs: context.options.graceMs,
    onOutput: (stream, bytes) => {
      recorder.write(stream, bytes);
      if (stream === "stdout") onStdout(bytes);
    },
    onSpawned: (process) => context.emit(spawned(step.id, attempt, process)),
    onEnded: (exit) => context.noteEnd(step.id, exit),
    onWait: (cause) => context.noteWait(step.id, cause),
    timeoutMs: timeLimit(context, step),
    signal: context.forced,
  });
  recorder.end();
  return actionResult({
    error: exit.kind === "success" ? null : failureOf(exit, lines),
    ...exit.kind === "success" ? {} : { lastLines: lines.all },
    interrupted: exit.kind === "cancelled",
    exitCode: exitCodeOf(exit),
  });
}

function spawned(stepId: string, attempt: number, { pid, processStart }: Leader): EventDraft {
  const process = { pid, process_start: processStart };
  return { state: "tool", step_id: stepId, attempt, data: { process } };
}
