/** `wave approve`: answers a gate that a run is waiting at. */
import { NotFoundError, UsageError } from "../../event/errors.ts";
import { isRunIdShape } from "../../event/identity.ts";
import { answerGate, gateFile } from "../../executor/composition/gate_answers.ts";
import { waitingSteps } from "../../state/live/waiting_gates.ts";
import { runsAround } from "../../state/nested_runs.ts";
import { type WavePaths, wavePaths } from "../../state/records/wave_paths.ts";
import type { ArtifactRecord, ObservedRun } from "../../state/records/records.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { approve } from "../approve.ts";
import { userName } from "../cli/user_name.ts";
import { openQuestion } from "../execution/gate_questions.ts";
import { choiceOf, questionText } from "../execution/gate_wording.ts";
import { gateArtifacts } from "../runs/gate_artifacts.ts";
import { newestRun } from "../runs/newest_run.ts";
import { openRuns, type Runs } from "../runs/open_runs.ts";
import { safeLine } from "../output/safe_text.ts";
import type { GateAnswer, GateQuestion } from "../../executor/api.ts";

function gateJson(
  question: GateQuestion,
  answer: GateAnswer | null,
  artifacts: readonly ArtifactRecord[],
): Record<string, unknown> {
  const { runId, stepId, message, choices, defaultChoice, freeform } = question;
  return {
    run_id: runId,
    step_id: stepId,
    message,
    choices: choices.map(({ key, label }) => ({ key, label })),
    default: defaultChoice,
    freeform,
    artifacts: artifacts.map(({ stepId, name, path }) => ({ step_id: stepId, name, path })),
    answer,
  };
}

/** The gates that wait in runs for which `isMeant` holds, the newest run first. */
function waitingGates(
  { reader }: Runs,
  paths: WavePaths,
  isMeant: (run: ObservedRun) => boolean,
): GateQuestion[] {
  return reader.runs({ statuses: ["running"] }).runs.filter(isMeant).flatMap(({ record }) =>
    waitingSteps(paths, record.id).flatMap((step) => openQuestion(paths, record.id, step) ?? [])
  );
}

/** The arguments: a run, where the first is one, and a choice. */
function readArguments(runs: Runs, args: readonly string[]): { id: string | null; word?: string } {
  const [first, second] = args;
  if (first === undefined) return { id: null };
  if (second === undefined && isNoRun(runs, first)) return { id: null, word: first };
  const [id = null] = runs.resolve([first]);
  return second === undefined ? { id } : { id, word: second };
}

/** True for a word that is not the beginning of any run's id. */
function isNoRun({ reader }: Runs, word: string): boolean {
  return isRunIdShape(word) && !word.startsWith("@") && reader.idsWithPrefix(word, 1).length === 0;
}

/**
 * The gates that may be meant: of the run that is named, or of a run within it; else of the newest run
 * that waits.
 */
function gatesOf(runs: Runs, paths: WavePaths, id: string | null, step?: string): GateQuestion[] {
  const isStep = ({ stepId }: GateQuestion) => stepId === (step ?? stepId);
  if (id === null) {
    const all = waitingGates(runs, paths, () => true).filter(isStep);
    return all.filter(({ runId }) => runId === all[0]?.runId);
  }
  const isInside = (run: ObservedRun) =>
    [run, ...runsAround(runs.reader, run)].some(({ record }) => record.id === id);
  return waitingGates(runs, paths, isInside).filter(isStep);
}

/** Why no gate was found, and what to type. A run whose process is gone asks again once it is resumed. */
function noGate({ reader }: Runs, paths: WavePaths, id: string | null): NotFoundError {
  const run = id === null
    ? newestRun(
      reader,
      { statuses: ["failed"] },
      ({ liveness, record }) =>
        liveness === "interrupted" && waitingSteps(paths, record.id).length > 0,
    )
    : reader.run(id);
  const name = run?.record.id;
  if (run?.liveness === "interrupted") {
    return new NotFoundError("gate_not_found", `Cannot answer ${name}: it was interrupted`, {
      hint: `wave resume ${name}, which asks again`,
    });
  }
  if (run?.status === "failed" || run?.status === "cancelled") {
    return new NotFoundError("gate_not_found", `Cannot answer ${name}: it is over, ${run.status}`, {
      hint: `wave resume ${name}`,
    });
  }
  return new NotFoundError(
    "gate_not_found",
    name === undefined ? "No run waits at a gate" : `Cannot find a gate that ${name} waits at`,
    { hint: name === undefined ? "wave status" : `wave status ${name}` },
  );
}

/** @throws {UsageError} `ambiguous_gate` where there are several. */
function requireOne(questions: readonly GateQuestion[]): void {
  if (questions.length < 2) return;
  const steps = new Set(questions.map(({ stepId }) => stepId));
  throw new UsageError("ambiguous_gate", "Cannot tell which gate is meant: several wait", {
    hint: steps.size > 1
      ? `add --step ${[...steps].join(" or ")}`
      : `name the run: ${questions.map(({ runId }) => runId).join(" or ")}`,
  });
}

/** What is asked, and what to type. */
function shown(question: GateQuestion, artifacts: readonly ArtifactRecord[]): Outcome {
  const { runId, stepId, choices } = question;
  const keys = choices.map(({ key }) => key).join(" or ");
  return {
    json: { gate: gateJson(question, null, artifacts) },
    text: () => `${questionText(question, artifacts)}\n`,
    note: `${safeLine(`answer with: wave approve ${runId} ${keys} --step ${stepId}`)}\n`,
  };
}

/** Answers a call of `wave approve`. */
export function run(context: Context, { args, options }: CallOf<typeof approve>): Outcome {
  using runs = openRuns(context);
  const paths = wavePaths(runs.root);
  const { id, word } = readArguments(runs, args);
  const questions = gatesOf(runs, paths, id, options.step);
  const [question] = questions;
  if (question === undefined) {
    // A word that is no choice of anything was meant as a run's id.
    if (id === null && word !== undefined) runs.resolve([word]);
    throw noGate(runs, paths, id);
  }
  requireOne(questions);
  const { runId, stepId } = question;
  const record = runs.reader.run(runId)?.record ?? { steps: [] };
  const artifacts = gateArtifacts(record, runs.reader.artifacts(runId), stepId);
  if (word === undefined) return shown(question, artifacts);
  const answer = choiceOf(question, word);
  if (answer === null) {
    throw new UsageError("bad_choice", `Cannot answer "${word}" at ${question.stepId}`, {
      hint: `expected one of ${question.choices.map(({ key }) => key).join(", ")}`,
    });
  }
  // A name of several lines could pass for entries of the log.
  const named = (options.by ?? "").trim().replace(/\s+/g, " ");
  const by = named === "" ? userName(context) : named;
  const given = { choice: answer.choice, text: options.text ?? null, by };
  answerGate(gateFile(paths.workspaces, runId, stepId), given);
  return {
    json: { gate: gateJson(question, given, artifacts) },
    text: () => `${safeLine(runId)} ${safeLine(stepId)}: ${safeLine(answer.choice)}\n`,
  };
}
