/** The two kinds of work that start processes: scripts, and prompts to agents. */
import { join, relative } from "@std/path";
import type { EventDraft, Tokens } from "../../event/event.ts";
import { runAgent } from "../adapters/run_agent.ts";
import type { ExpectedArtifact } from "../adapters/adapter.ts";
import { agentFor, filteredEnvironment } from "./choose_agent.ts";
import type { RunContext } from "../run/run_context.ts";
import { newInside } from "../files/confine.ts";
import { expectedSchema } from "../files/json_schema.ts";
import type { CommandAction, PromptAction, Step } from "../language/model/pipeline.ts";
import { scriptOf } from "../language/template/script.ts";
import type { Lookup } from "../language/template/template.ts";
import { outputRecorder } from "../processes/output_events.ts";
import type { Place } from "../workspace/prepare_workspace.ts";
import { describeExit, exitCodeOf, type StepExit } from "../processes/exit.ts";
import { type Mark, markEnvironment } from "../processes/process_marker.ts";
import { runProcess } from "../processes/run_process.ts";
import { filesToWrite, promptOf, systemPromptOf } from "./build_prompt.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import { MOST_SAID } from "../workspace/kept_output.ts";
import { shellOf } from "./shell_of.ts";

/** One attempt, or one item of one, as far as its processes are concerned. */
export interface Work {
  readonly step: Step;
  readonly attempt: number;
  readonly place: Place;
  readonly mark: Mark;
  /** Nonces of the attempts around this one, outermost first, as in `WAVE_NONCE`. */
  readonly outer: string | undefined;
  readonly lookup: Lookup;
  readonly lastFailure: string | null;
}

export interface WorkResult {
  /** Null when it did what it should. */
  readonly error: string | null;
  /** True when it was ended by `RunContext.hard`. */
  readonly interrupted: boolean;
  readonly tokens: Tokens;
  readonly exitCode: number | null;
  /** Null when it was too long to be kept. */
  readonly text: string | null;
}

/** Runs the script of a step. */
export async function runCommand(
  context: RunContext,
  action: CommandAction,
  work: Work,
): Promise<WorkResult> {
  const { step, attempt, place, mark } = work;
  const { script, env } = scriptOf(action.script, work.lookup);
  const recorder = outputRecorder({
    stepId: step.id,
    persona: null,
    attempt,
    emit: context.options.emit,
    redactor: context.options.redactor,
  });
  using printed = printedOutput(step, place);
  const exit = await runProcess({
    what: shellOf(script),
    cwd: place.cwd,
    env: { ...context.options.environment, ...environmentOf(context, work), ...env },
    mark,
    finder: context.finder,
    onOutput: (stream, bytes) => {
      recorder.write(stream, bytes);
      if (stream === "stdout") printed.add(bytes);
    },
    onSpawned: (process) => context.emit(spawned(step.id, attempt, process)),
    timeoutMs: timeLimit(context, step),
    signal: context.hard,
  });
  recorder.end();
  return {
    error: exit.kind === "success" ? null : failureOf(context, exit),
    interrupted: exit.kind === "cancelled",
    tokens: NO_TOKENS,
    exitCode: exitCodeOf(exit),
    text: printed.text(),
  };
}

/** Gives the prompt of a step to its agent. */
export async function runPrompt(
  context: RunContext,
  action: PromptAction,
  work: Work,
): Promise<WorkResult> {
  const { step, attempt, place, mark } = work;
  const agent = agentFor(context, step.persona, step);
  placeProjectFiles(context, agent.projectFiles, place);
  const { injected } = place;
  const { lookup, lastFailure } = work;
  const result = await runAgent(agent.adapter, {
    prompt: promptOf(context, step, action.source, { injected, lastFailure, lookup }),
    systemPrompt: systemPromptOf(context, step.persona),
    model: agent.model,
    temperature: agent.temperature,
    permissions: agent.permissions,
    workspace: place.cwd,
    stepId: step.id,
    attempt,
    artifacts: filesToWrite(step).map((file) => expected(context, step, file)),
  }, {
    finder: context.finder,
    mark,
    env: filteredEnvironment(
      context.options.environment,
      agent.passthrough,
      environmentOf(context, work),
    ),
    persona: step.persona,
    emit: context.options.emit,
    redactor: context.options.redactor,
    timeoutMs: timeLimit(context, step),
    signal: context.hard,
  });
  for (const artifact of step.outputArtifacts) {
    if (artifact.source === "stdout") {
      Deno.writeTextFileSync(newInside(place.workspace, artifact.path), result.text, {
        mode: 0o600,
      });
    }
  }
  return {
    error: result.error,
    interrupted: result.exit.kind === "cancelled",
    tokens: result.tokens,
    exitCode: exitCodeOf(result.exit),
    text: result.text,
  };
}

/** How long a program of the step may take, milliseconds. Of a time limit of 0 there is none. */
export function timeLimit(context: RunContext, step: Step): number | undefined {
  const ms = step.timeoutMs ?? context.options.manifest.runtime.defaultTimeoutMs;
  return ms > 0 ? ms : undefined;
}

/** The variables that wave itself gives to the processes of an attempt. */
export function environmentOf(context: RunContext, { step, place, mark, outer }: Work) {
  return {
    ...place.env,
    TMPDIR: context.temporaryFolder(),
    ...markEnvironment(mark, {
      runId: context.options.runId,
      stepId: step.id,
      project: context.root,
      workspace: place.workspace,
      outer,
    }),
  };
}

/** What went wrong, with the last line that the program wrote to stderr. */
export function failureOf(context: RunContext, exit: StepExit): string {
  const said = describeExit(exit);
  const last = context.redact(exit.stderrTail).trimEnd().split("\n").at(-1)?.trim() ?? "";
  return last === "" ? said : `${said}: ${last.slice(-400)}`;
}

function spawned(
  stepId: string,
  attempt: number,
  process: { readonly pid: number; readonly processStart: string | null },
): EventDraft {
  const { pid, processStart: process_start } = process;
  return { state: "tool", step_id: stepId, attempt, data: { process: { pid, process_start } } };
}

function expected(
  context: RunContext,
  step: Step,
  { name, path, type }: ExpectedArtifact,
): ExpectedArtifact {
  const schema = expectedSchema(step.contracts, step.outputArtifacts, path, context.root);
  return { name, path, type, ...schema === undefined ? {} : { schema } };
}

function placeProjectFiles(context: RunContext, files: readonly string[], place: Place): void {
  if (place.cwd !== place.workspace) return;
  for (const file of files) {
    const target = newInside(place.workspace, relative(context.root, join(context.root, file)));
    try {
      Deno.copyFileSync(join(context.root, file), target);
    } catch (error) {
      // The manifest names files that a project may have, such as CLAUDE.md.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** Keeps what a script prints, unless that is too much, and all of it in its artifact with `source: stdout`. */
function printedOutput(step: Step, place: Place) {
  const files = step.outputArtifacts
    .filter(({ source }) => source === "stdout")
    .map(({ path }) =>
      Deno.openSync(newInside(place.workspace, path), {
        write: true,
        create: true,
        truncate: true,
        mode: 0o600,
      })
    );
  let kept: Uint8Array[] = [];
  let size = 0;
  return {
    add(bytes: Uint8Array): void {
      for (const file of files) writeAll(file, bytes);
      size += bytes.length;
      // An end without its beginning would be taken for the whole by whoever uses it.
      if (size > MOST_SAID) kept = [];
      else kept.push(bytes.slice());
    },
    text(): string | null {
      if (size > MOST_SAID) return null;
      const decoder = new TextDecoder();
      const text = kept.map((bytes) => decoder.decode(bytes, { stream: true })).join("");
      kept = [];
      return text + decoder.decode();
    },
    [Symbol.dispose](): void {
      for (const file of files) file.close();
    },
  };
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}
