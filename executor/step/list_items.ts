/** The items that a step runs for. */
import { OperationError } from "../../event/errors.ts";
import type { Each, Step } from "../language/model/pipeline.ts";
import { expand, fieldOf } from "../language/template/template.ts";
import type { LoopFrame, RunContext } from "../run/run_context.ts";
import { requireMet } from "../run/unmet_condition.ts";
import { completedArtifact } from "../workspace/prepare_workspace.ts";
import { lookupIn, readValue } from "../workspace/template_values.ts";
import { parseWritten } from "../language/template/written_json.ts";

type Source = Each["source"];

/** @throws {OperationError} `no_items` when the source is no JSON array. */
export function listItems(
  context: RunContext,
  { id }: Step,
  { source }: Each,
  { iteration }: LoopFrame,
): unknown[] {
  const value = source.kind === "template"
    ? expandedList(context, id, source.over, iteration)
    : artifactList(context, source);
  if (Array.isArray(value)) return value;
  throw new OperationError(
    "no_items",
    `Cannot iterate over ${nameOf(source)}: it is no JSON array`,
  );
}

function expandedList(
  context: RunContext,
  stepId: string,
  template: string,
  iteration: number | null,
): unknown {
  const startedAt = new Date(context.options.clock.now()).toISOString();
  return parseWritten(
    expand(template, lookupIn(context, { stepId, startedAt, iteration, item: null })),
  );
}

function artifactList(
  context: RunContext,
  { step, artifact: name, key }: Exclude<Source, { kind: "template" }>,
): unknown {
  requireMet(context.results, step, name);
  const artifact = completedArtifact(context, step, name);
  if (artifact === undefined) return undefined;
  const value = readValue(context.root, artifact.data, []);
  const json = typeof value === "string" ? parseWritten(value) : value;
  return key === null ? json : fieldOf(json, key.split("."));
}

function nameOf(source: Source): string {
  if (source.kind === "template") return source.over;
  const { artifact, step, key } = source;
  return `${artifact} of step ${step}${key === null ? "" : ` at ${key}`}`;
}
