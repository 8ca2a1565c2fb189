/** The values of `{{ … }}` in a running run. */
import { join } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { parseWritten } from "../language/template/written_json.ts";
import { OperationError } from "../../event/errors.ts";
import { existingInside } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";
import { fixedLookup } from "../language/template/project_values.ts";
import {
  fieldOf,
  type Lookup,
  type Reference,
  splitArtifact,
} from "../language/template/template.ts";
import { readText } from "../files/read_text.ts";
import type { StepResult } from "../run/step_results.ts";
import { requireMet } from "../run/unmet_condition.ts";
import { inputFile } from "./input_file.ts";
import { requireOutput } from "./kept_output.ts";

/** What differs between the steps, attempts and items that are expanded. */
export interface ValueScope {
  readonly stepId: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly iteration: number | null;
  readonly item: { readonly index: number; readonly value: unknown } | null;
}

/** Looks up references when they are expanded; the table in `template.ts` has what each means. */
export function lookupIn(context: RunContext, scope: ValueScope): Lookup {
  const { options } = context;
  const fixed = fixedLookup(context.root, options.manifest);
  return (reference: Reference): unknown => {
    switch (reference.kind) {
      case "input":
        return options.input;
      case "input_value":
        return inputValue(options.input, reference.path);
      case "input_file":
        return inputFile(context);
      case "pipeline_name":
        return options.pipeline.name;
      case "run_id":
        return options.runId;
      case "step_id":
        return scope.stepId;
      case "timestamp":
        return scope.startedAt;
      case "iteration":
        return scope.iteration ?? undefined;
      case "item_index":
        return scope.item?.index;
      case "item":
        return scope.item === null ? undefined : fieldOf(scope.item.value, reference.field);
      case "artifact":
        requireMet(context.results, reference.step, reference.path.join("."));
        return artifactValue(context, reference.step, reference.path);
      case "output":
        requireMet(context.results, reference.step, "the output");
        return outputValue(context, reference.step, reference.field);
      case "artifact_path":
        return injectedPath(context, scope.stepId, reference.name);
      case "gate":
        requireMet(context.results, reference.step, "the answer");
        return gateValue(context.results.get(reference.step), reference.field);
      case "env":
        return handedDown(options.inner?.env ?? {}, reference.name);
      case "project":
      case "forge":
        return fixed(reference);
    }
  };
}

/** A named input, or a field of it; empty when it was not given, as an optional one. */
function inputValue(input: string, path: readonly string[]): unknown {
  return fieldOf(parseWritten(input), path) ?? "";
}

/** Empty when nothing was handed down, as in a run that a person started. */
function handedDown(env: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(env, name) ? env[name] ?? "" : "";
}

/** Where an injected artifact stands, by its name there or by the name that its step gave it. */
function injectedPath(context: RunContext, stepId: string, name: string): string {
  const injected = context.steps.get(stepId)?.injectArtifacts ?? [];
  const found = injected.find(({ as }) => as === name) ??
    injected.find(({ artifact }) => artifact === name);
  return join("artifacts", found?.as ?? name);
}

function gateValue(
  result: StepResult | undefined,
  field: "choice" | "text" | "timestamp",
): unknown {
  return result?.gate === undefined ? undefined : result.gate[field] ?? "";
}

function artifactValue(context: RunContext, step: string, path: readonly string[]): unknown {
  const artifacts = context.results.get(step)?.artifacts ?? [];
  const found = splitArtifact(path, artifacts.map(({ data }) => data.name));
  const artifact = artifacts.find(({ data }) => data.name === found?.name);
  if (found === null || artifact === undefined) return undefined;
  return readValue(context.root, artifact.data, found.field);
}

/** The first artifact, or the field of the first that has it; without artifacts the step's output. */
function outputValue(context: RunContext, step: string, field: readonly string[]): unknown {
  const result = context.results.get(step);
  if (result === undefined) return undefined;
  const [first] = result.artifacts;
  if (first !== undefined && field.length === 0) return readValue(context.root, first.data, []);
  for (const { data } of result.artifacts) {
    const value = readValue(context.root, data, field);
    if (value !== undefined) return value;
  }
  const text = requireOutput(result.text, step);
  return field.length === 0 ? text.trimEnd() : fieldOf(parseWritten(text), field);
}

/**
 * An artifact's text without the newlines at its end, or a field of it as JSON.
 *
 * @throws {OperationError} `artifact_gone`, `artifact_not_a_file`, `artifact_too_large`.
 */
export function readValue(root: string, data: ArtifactData, field: readonly string[]): unknown {
  const file = existingInside(root, data.path);
  if (file === null) {
    throw new OperationError("artifact_gone", `artifact ${data.name} is no longer at ${data.path}`);
  }
  const text = readText(file, `artifact ${data.name}`);
  return field.length === 0 ? text.trimEnd() : fieldOf(parseWritten(text), field);
}
