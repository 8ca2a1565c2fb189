import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { explainRun } from "../causes/explain_run.ts";
import { explanationJson } from "../causes/explanation_json.ts";
import { newestRun } from "../runs/newest_run.ts";
import { openRuns, type Runs } from "../runs/open_runs.ts";
import type { why } from "../why.ts";
import { explanationText } from "./explanation_text.ts";

/** The run that is named, else the newest that a person started and that did not complete. */
function chosenRun({ reader, resolve }: Runs, args: readonly string[]): ObservedRun | null {
  const [id] = resolve(args);
  if (id !== undefined) return reader.run(id);
  return newestRun(
    reader,
    { statuses: ["failed", "cancelled"] },
    ({ record }) => record.parent === null,
  );
}

/** Answers a call of `wave why`. */
export function run(context: Context, { args }: CallOf<typeof why>): Outcome {
  using runs = openRuns(context);
  const chosen = chosenRun(runs, args);
  const { source } = runs.reader.provenance;
  if (chosen === null) {
    return { json: { source, run: null }, note: "no run failed or was cancelled\n" };
  }
  const explanation = explainRun(runs.root, runs.reader, chosen);
  return {
    json: { source, ...explanationJson(explanation) },
    text: () => explanationText(explanation, context),
  };
}
