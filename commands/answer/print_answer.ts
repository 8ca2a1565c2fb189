/** `wave answer` (contract, section 8). */
import { NotFoundError } from "../../event/errors.ts";
import { COLLECTED } from "../../executor/step/collect_items.ts";
import { keptOutput } from "../../executor/workspace/kept_output.ts";
import { latestRun } from "../../state/nested_runs.ts";
import type { ArtifactRecord, ObservedRun, StepRecord } from "../../state/records/records.ts";
import type { answer } from "../answer.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import { safeText } from "../output/safe_text.ts";
import { openRuns } from "../runs/open_runs.ts";

interface Answer {
  readonly step: StepRecord;
  readonly text: string;
}

/** Of the steps that completed and answered, the last one. */
function answerOf(root: string, run: ObservedRun, wanted: string | undefined): Answer | null {
  const steps = run.steps.map(({ record }) => record);
  if (wanted !== undefined && !steps.some(({ id }) => id === wanted)) {
    throw new NotFoundError("step_not_found", `Cannot find step "${wanted}" in ${run.record.id}`, {
      hint: `its steps are ${steps.map(({ id }) => id).join(", ")}`,
    });
  }
  const answers = steps
    // What a script printed is no answer, unless it is asked for.
    .filter(({ id, persona }) => wanted === undefined ? persona !== null : id === wanted)
    .flatMap((step) => {
      const text = step.status === "completed" ? keptOutput(root, step.workspace) ?? "" : "";
      return text === "" || step.status !== "completed"
        ? []
        : [{ step, text, at: step.completedAt }];
    });
  return answers.sort((a, b) => a.at - b.at).at(-1) ?? null;
}

/** @param items the artifact with what the items of a step delivered, where there is one. */
function noAnswer(
  where: string,
  step: string | undefined,
  items: ArtifactRecord | undefined,
): NotFoundError {
  const hint = items !== undefined
    ? `what the items of ${items.stepId} delivered is listed in ${items.path}`
    : "it did not complete, held a secret or was longer than 1 MiB: wave logs shows more";
  return new NotFoundError(
    "answer_not_found",
    `There is no answer of ${step === undefined ? "any agent" : `step "${step}"`} in ${where}`,
    { hint },
  );
}

/** Answers a call of `wave answer`. */
export function run(
  context: Context,
  { args, options: { step: wanted } }: CallOf<typeof answer>,
): Outcome {
  using runs = openRuns(context);
  const { reader, root } = runs;
  const [id] = runs.resolve(args);
  const run = id === undefined ? latestRun(reader) : reader.run(id);
  if (run === null) {
    throw new NotFoundError("run_not_found", "There is no run yet", {
      hint: "wave list pipelines",
    });
  }
  const found = answerOf(root, run, wanted);
  if (found === null) {
    const items = reader.artifacts(run.record.id).findLast(({ name, stepId }) =>
      name === COLLECTED && stepId === (wanted ?? stepId)
    );
    throw noAnswer(run.record.id, wanted, items);
  }
  const { step, text } = found;
  const { source } = reader.provenance;
  return {
    json: {
      source,
      answers: [{ run_id: run.record.id, step_id: step.id, attempt: step.attempt, text }],
    },
    text: () => context.stdout.isTerminal ? `${safeText(text).trimEnd()}\n` : text,
  };
}
