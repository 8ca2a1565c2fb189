/** `wave approve`: answers a gate that a run is waiting at. */
import { NotFoundError, UsageError } from "../event/errors.ts";
import { answerGate, gateFile } from "../executor/composition/gate_answers.ts";
import { waitingSteps } from "../state/live/waiting_gates.ts";
import { runsAround } from "../state/nested_runs.ts";
import { type WavePaths, wavePaths } from "../state/records/wave_paths.ts";
import { command } from "./cli/command.ts";
import { openQuestion } from "./execution/gate_questions.ts";
import { choiceOf, questionText } from "./execution/terminal_gates.ts";
import { openRuns, type Runs } from "./runs/open_runs.ts";
import { safeLine } from "./output/safe_text.ts";
import type { GateAnswer, GateQuestion } from "../executor/api.ts";

function gateJson(question: GateQuestion, answer: GateAnswer | null): Record<string, unknown> {
  const { runId, stepId, message, choices, defaultChoice, freeform } = question;
  return {
    run_id: runId,
    step_id: stepId,
    message,
    choices: choices.map(({ key, label }) => ({ key, label })),
    default: defaultChoice,
    freeform,
    answer,
  };
}

/** What a run waits for, or a run within it. */
function openQuestions(runs: Runs, paths: WavePaths, id: string): GateQuestion[] {
  const { reader } = runs;
  return reader.runs({ statuses: ["running"] }).runs
    .filter((run) => [run, ...runsAround(reader, run)].some(({ record }) => record.id === id))
    .flatMap(({ record }) =>
      waitingSteps(paths, record.id).flatMap((step) => openQuestion(paths, record.id, step) ?? [])
    );
}

export const approve = command({
  name: "approve",
  summary: "Answer the gate that a run waits at",
  description: "Without a choice: shows the question and what may be answered.",
  args: [
    {
      name: "run-id",
      summary: "A run's id, a unique prefix of it, or @latest",
      required: true,
      complete: "active-run",
    },
    { name: "choice", summary: "The answer's key, such as approve or reject" },
  ],
  options: {
    step: { kind: "text", summary: "Which gate, when several wait", complete: "step" },
    text: { kind: "text", summary: "A text that goes with the answer" },
  },
  examples: [
    { command: "wave approve @latest", summary: "What is asked" },
    { command: "wave approve @latest approve", summary: "Let the run go on" },
    {
      command: 'wave approve @latest revise --text "shorter, please"',
      summary: "Answer with a text",
    },
  ],
  run(context, { args, options }) {
    using runs = openRuns(context);
    const paths = wavePaths(runs.root);
    const [id = ""] = runs.resolve(args.slice(0, 1));
    const all = openQuestions(runs, paths, id);
    const questions = all.filter(({ stepId }) => stepId === (options.step ?? stepId));
    const [question, another] = questions;
    if (another !== undefined) {
      const steps = new Set(questions.map(({ stepId }) => stepId));
      const hint = steps.size > 1
        ? `add --step ${[...steps].join(" or ")}`
        : `name the run: ${questions.map(({ runId }) => runId).join(" or ")}`;
      throw new UsageError("ambiguous_gate", `Cannot tell which gate of ${id} is meant`, { hint });
    }
    if (question === undefined) {
      throw new NotFoundError("gate_not_found", `Cannot find a gate that ${id} waits at`, {
        hint: `wave status ${id}`,
      });
    }
    const word = args[1];
    if (word === undefined) {
      return {
        json: { gate: gateJson(question, null) },
        text: () => `${questionText(question)}\n`,
      };
    }
    const answer = choiceOf(question, word);
    if (answer === null) {
      throw new UsageError("bad_choice", `Cannot answer "${word}" at ${question.stepId}`, {
        hint: `expected one of ${question.choices.map(({ key }) => key).join(", ")}`,
      });
    }
    const given = { choice: answer.choice, text: options.text ?? null };
    const { runId, stepId } = question;
    answerGate(gateFile(paths.workspaces, runId, stepId), given);
    return {
      json: { gate: gateJson(question, given) },
      text: () => `${safeLine(runId)} ${safeLine(stepId)}: ${safeLine(answer.choice)}\n`,
    };
  },
});
