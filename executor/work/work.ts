/** One attempt's work: what it is given, and its result. */
import type { LastLine, Tokens } from "../../event/event.ts";
import type { Action, Step } from "../language/model/pipeline.ts";
import { stepVariables } from "../language/template/step_variables.ts";
import type { Lookup } from "../language/template/template.ts";
import { describeExit, type StepExit } from "../processes/exit.ts";
import type { LastLines } from "../processes/last_lines.ts";
import { type Mark, markEnvironment } from "../processes/process_marker.ts";
import type { RunContext } from "../run/run_context.ts";
import type { StepArtifact, StepResult } from "../run/step_results.ts";
import { withoutRepository } from "../files/git_variables.ts";
import type { PreparedFolders } from "../workspace/prepare_workspace.ts";
import { NO_TOKENS } from "../../event/tokens.ts";

/** One attempt, or one item of one, as far as its processes are concerned. */
export interface Work {
  readonly step: Step;
  readonly attempt: number;
  readonly folders: PreparedFolders;
  readonly mark: Mark;
  /** Nonces of the attempts around this one, outermost first, as in `WAVE_NONCE`. */
  readonly outer: string | undefined;
  /** The attempt of the step, as in `TRACEPARENT`; undefined where nobody traces the run. */
  readonly traceparent: string | undefined;
  readonly lookup: Lookup;
  readonly lastFailure: string | null;
}

/** A usage limit that an agent reached. */
export interface ReachedLimit {
  /** Name in the manifest. */
  readonly adapter: string;
  /** When it resets, epoch milliseconds; null where nobody said that. */
  readonly until: number | null;
}

/** The result of an action. */
export interface ActionResult {
  /** Null when it did what it should. */
  readonly error: string | null;
  /** True when it was ended by a stop of the run. */
  readonly interrupted: boolean;
  readonly tokens: Tokens;
  readonly exitCode: number | null;
  /** An agent's answer or a script's output. Null when it was too long to be kept. */
  readonly text: string | null;
  /** Artifacts that the kind of step makes by itself, besides the declared ones. */
  readonly artifacts?: readonly StepArtifact[];
  readonly gate?: StepResult["gate"];
  /** The step to continue from, by a gate's choice. */
  readonly goTo?: string;
  /** What a program that failed wrote last. */
  readonly lastLines?: readonly LastLine[];
  /** What kept its agent from working. */
  readonly limit?: ReachedLimit;
  /** Why the model of its agent could not be had, in a few words. */
  readonly unavailable?: string;
  /** True when another attempt makes no sense. */
  readonly final?: boolean;
}

/** The result of an action without processes or tokens: success unless given otherwise. */
export function actionResult(result: Partial<ActionResult>): ActionResult {
  return {
    error: null,
    interrupted: false,
    tokens: NO_TOKENS,
    exitCode: null,
    text: "",
    ...result,
  };
}

/** True for the kinds that do the work themselves, and so take one of the run's slots. */
export function takesSlot({ kind }: Action): boolean {
  return kind === "command" || kind === "prompt";
}

/** True for the kinds that see to a step's time limit themselves: programs, and runs within this one. */
export function limitsItself(action: Action): boolean {
  return takesSlot(action) || action.kind === "pipeline" || action.kind === "branch";
}

/** How long a program of the step may take, milliseconds. Of a time limit of 0 there is none. */
export function timeLimit(context: RunContext, step: Step): number | undefined {
  const ms = step.timeoutMs ?? context.options.manifest.runtime.defaultTimeoutMs;
  return ms > 0 ? ms : undefined;
}

/** What the processes of an attempt get of the environment that wave was called with. */
export function givenEnvironment(
  { options: { environment } }: RunContext,
  { folders }: Work,
): Readonly<Record<string, string>> {
  return folders.inWorktree ? withoutRepository(environment) : environment;
}

/**
 * The variables that the step gives to its programs.
 *
 * @throws {UsageError} as `stepVariables`.
 */
export function variablesOf(
  { options: { redactor } }: RunContext,
  { step, lookup }: Work,
): Readonly<Record<string, string>> {
  const variables = stepVariables(step.env, lookup);
  redactor?.learn(variables);
  return variables;
}

/** The variables that wave itself gives to the processes of an attempt. */
export function environmentOf(
  context: RunContext,
  { step, folders, mark, outer, traceparent }: Work,
): Record<string, string> {
  return {
    ...traceparent === undefined ? {} : { TRACEPARENT: traceparent },
    ...folders.env,
    TMPDIR: context.temporaryFolder(),
    ...markEnvironment(mark, {
      runId: context.options.runId,
      stepId: step.id,
      project: context.root,
      workspace: folders.workspace,
      outer,
    }),
  };
}

/** What went wrong, with the last line that the program wrote to each stream, marked where it is stdout's. */
export function failureOf(exit: StepExit, lines: LastLines): string {
  const stderr = lines.of("stderr");
  const stdout = lines.of("stdout").slice(-MAX_STDOUT);
  const end = stderr === "" ? describeExit(exit) : `${describeExit(exit)}: ${stderr}`;
  return stdout === "" ? end : `${end} (stdout: ${stdout})`;
}

/** So much of stdout's last line is in a reason, in UTF-16 units: most often it is no error message. */
const MAX_STDOUT = 200;
