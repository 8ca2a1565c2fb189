/** Runs the script of a step. */
import type { EventDraft } from "../../event/event.ts";
import { newInside } from "../files/confine.ts";
import { RedactedFile } from "../files/redacted_file.ts";
import type { CommandAction, OutputArtifact, Step } from "../language/model/pipeline.ts";
import { scriptOf } from "../language/template/script.ts";
import { stepVariables } from "../language/template/step_variables.ts";
import { exitCodeOf } from "../processes/exit.ts";
import { LastLines } from "../processes/last_lines.ts";
import { outputRecorder } from "../processes/output_events.ts";
import { type Leader, runProcess } from "../processes/run_process.ts";
import type { RunContext } from "../run/run_context.ts";
import { MAX_KEPT_OUTPUT } from "../workspace/kept_output.ts";
import type { AttemptFolders } from "../workspace/declared_artifacts.ts";
import { tellSecrets } from "./redacted_artifact.ts";
import { shellFor } from "./choose_shell.ts";
import {
  type ActionResult,
  environmentOf,
  failureOf,
  givenEnvironment,
  timeLimit,
  type Work,
} from "./work.ts";
import { NO_TOKENS } from "../../event/tokens.ts";

export async function runScript(
  context: RunContext,
  action: CommandAction,
  work: Work,
): Promise<ActionResult> {
  const { step, attempt, folders, mark } = work;
  const { script, env } = scriptOf(action.script, work.lookup);
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
  using stdout = new StdoutKeeper(context, step, folders);
  const exit = await runProcess({
    what: shellFor(script, () => context.temporaryFolder()),
    cwd: folders.cwd,
    env: {
      ...givenEnvironment(context, work),
      ...stepVariables(step.env, work.lookup),
      ...environmentOf(context, work),
      ...env,
    },
    mark,
    finder: context.finder,
    graceMs: context.options.graceMs,
    onOutput: (stream, bytes) => {
      recorder.write(stream, bytes);
      if (stream === "stdout") stdout.write(bytes);
    },
    onSpawned: (process) => context.emit(spawned(step.id, attempt, process)),
    onEnded: (exit) => context.noteEnd(step.id, exit),
    onWait: (cause) => context.noteWait(step.id, cause),
    timeoutMs: timeLimit(context, step),
    signal: context.forced,
  });
  recorder.end();
  stdout.end();
  return {
    error: exit.kind === "success" ? null : failureOf(exit, lines),
    ...exit.kind === "success" ? {} : { lastLines: lines.all },
    interrupted: exit.kind === "cancelled",
    tokens: NO_TOKENS,
    exitCode: exitCodeOf(exit),
    text: stdout.text(),
  };
}

function spawned(stepId: string, attempt: number, { pid, processStart }: Leader): EventDraft {
  const process = { pid, process_start: processStart };
  return { state: "tool", step_id: stepId, attempt, data: { process } };
}

/** Keeps what a script prints, unless that is too much, and all of it in artifacts of `source: stdout`. */
class StdoutKeeper implements Disposable {
  readonly #files: readonly { readonly artifact: OutputArtifact; readonly file: RedactedFile }[];
  readonly #context: RunContext;
  readonly #step: Step;
  #kept: Uint8Array[] = [];
  #size = 0;

  constructor(context: RunContext, step: Step, { workspace }: AttemptFolders) {
    this.#context = context;
    this.#step = step;
    const { redactor } = context.options;
    this.#files = step.outputArtifacts.filter(({ source }) => source === "stdout")
      .map((artifact) => {
        const path = newInside(workspace, artifact.path);
        return { artifact, file: new RedactedFile(path, redactor, artifact.raw) };
      });
  }

  write(bytes: Uint8Array): void {
    for (const { file } of this.#files) file.write(bytes);
    this.#size += bytes.length;
    // An end without its beginning would be taken for the whole by whoever uses it.
    if (this.#size > MAX_KEPT_OUTPUT) this.#kept = [];
    else this.#kept.push(bytes.slice());
  }

  /** To be called when nothing more comes. */
  end(): void {
    for (const { artifact, file } of this.#files) {
      file.end();
      tellSecrets(this.#context, this.#step, artifact, file.count);
    }
  }

  /** All that was written, or null when that was too much. */
  text(): string | null {
    if (this.#size > MAX_KEPT_OUTPUT) return null;
    const decoder = new TextDecoder();
    const text = this.#kept.map((bytes) => decoder.decode(bytes, { stream: true })).join("");
    return text + decoder.decode();
  }

  [Symbol.dispose](): void {
    for (const { file } of this.#files) file[Symbol.dispose]();
  }
}
