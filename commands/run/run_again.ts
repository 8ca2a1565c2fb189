/** `wave run --again`: what an earlier run was asked for, for a new one. */
import { OperationError } from "../../event/errors.ts";
import type { PlannedStep } from "../../event/event.ts";
import type { RunOptions } from "../../event/run_options.ts";
import type { GivenInput } from "../../executor/language/model/input_spec.ts";
import type { RunRecord } from "../../state/records/records.ts";
import type { Context } from "../cli/command.ts";
import { openRuns } from "../runs/open_runs.ts";
import { safeLine } from "../output/safe_text.ts";

/** Steps named at a time; the rest are counted. */
const SHOWN = 5;

/**
 * The run that is to be done once more.
 *
 * @throws {WaveError} `run_not_found`, and `is_inner_run` for one that a step of another run started.
 */
export function runToRepeat(context: Context, word: string): RunRecord {
  using runs = openRuns(context);
  const [id = ""] = runs.resolve([word]);
  const record = runs.reader.run(id)?.record;
  if (record === undefined) throw new Error(`run ${id} is gone`);
  if (record.parent === null) return record;
  throw new OperationError("is_inner_run", `Cannot run ${id} again: it is a part of another run`, {
    hint: `wave run --again ${record.parent.runId}`,
  });
}

/**
 * The input that it had, as far as it is not given anew.
 *
 * @throws {OperationError} `input_redacted`.
 */
export function inputToRepeat(
  { id, input, inputRedacted }: RunRecord,
  given: GivenInput | null,
): GivenInput {
  // Of what was redacted it is not known what stays.
  if (given?.kind === "named" && !inputRedacted) return { ...given, before: input };
  if (given !== null) return given;
  if (!inputRedacted) return { kind: "text", text: input };
  throw new OperationError(
    "input_redacted",
    `Cannot run ${id} again: its input held a secret, which was not recorded`,
    { hint: `give it again: wave run --again ${id} --input "…"` },
  );
}

/** The options that it had, where they are not given anew. */
export function optionsToRepeat(
  { id, options }: RunRecord,
  given: RunOptions,
  mock: boolean,
): RunOptions {
  const { steps, exclude, from_step, ...all } = options;
  const { model: _model, adapter: _adapter, ...others } = all;
  const rest = mock ? others : all;
  const chooses = given.steps !== undefined || given.exclude !== undefined ||
    given.from_step !== undefined;
  const choice = {
    ...steps === undefined ? {} : { steps },
    ...exclude === undefined ? {} : { exclude },
    ...from_step === undefined ? {} : { from_step },
  };
  return { ...rest, ...(chooses ? {} : choice), ...given, again: id };
}

/** What of the definition has changed since, as a line. */
export function changesSince({ id, steps }: RunRecord, planned: readonly PlannedStep[]): string {
  const before = new Map(steps.map((step) => [step.id, step.digest]));
  const now = new Set(planned.map((step) => step.id));
  const told = [
    ...naming(
      "changed",
      planned.filter((one) => before.has(one.id) && before.get(one.id) !== one.digest),
    ),
    ...naming("new", planned.filter((one) => !before.has(one.id))),
    ...naming("gone", steps.filter((one) => !now.has(one.id))),
  ];
  const what = told.length === 0 ? "nothing in its definition has changed" : told.join("; ");
  return `again what ${safeLine(id)} did: ${what}\n`;
}

function naming(how: string, steps: readonly { readonly id: string }[]): string[] {
  if (steps.length === 0) return [];
  const more = steps.length - SHOWN;
  const names = steps.slice(0, SHOWN).map(({ id }) => safeLine(id)).join(", ");
  return [`${how} since then: ${names}${more > 0 ? ` and ${more} more` : ""}`];
}
