/** Whether a pipeline does something with its input. */
import { WaveError } from "../../event/errors.ts";
import { pipelinesCalled } from "../language/check/called_pipelines.ts";
import { placesOf } from "../language/check/template_places.ts";
import { loadPipeline } from "../language/load_definitions.ts";
import type { Manifest } from "../language/model/manifest.ts";
import type { Pipeline, Step } from "../language/model/pipeline.ts";
import { expressionsIn } from "../language/template/template.ts";
import { allSteps } from "./planned_steps.ts";

const KINDS: ReadonlySet<string> = new Set(["input", "input_file", "input_value"]);

/**
 * True when a step has it in one of its texts, or hands it on to a pipeline that needs one.
 *
 * @param root absolute, of the project, whose pipelines may be called.
 */
export function usesInput(
  pipeline: Pipeline,
  root: string,
  manifest: Manifest,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  const known = new Set([...seen, pipeline.name]);
  return [...allSteps(pipeline.steps)].some((step) =>
    namesInput(step) || handsOn(step) && pipelinesCalled(step).some(({ name }) => {
        const called = known.has(name) ? null : loaded(root, name, manifest);
        return called !== null && needsInput(called, root, manifest, known);
      })
  );
}

/** True for a pipeline that cannot be run without an input. */
export function needsInput(
  pipeline: Pipeline,
  root: string,
  manifest: Manifest,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  const { named, required, default: value } = pipeline.input;
  if (named !== null) return named.some((each) => each.required);
  if (value !== null || required !== null) return value === null && required === true;
  return usesInput(pipeline, root, manifest, seen);
}

function namesInput(step: Step): boolean {
  return placesOf(step, []).some(({ text }) =>
    expressionsIn(text).some(({ reference }) => reference !== null && KINDS.has(reference.kind))
  );
}

function handsOn({ action }: Step): boolean {
  return (action.kind === "pipeline" || action.kind === "branch") && action.input === null;
}

function loaded(root: string, name: string, manifest: Manifest): Pipeline | null {
  try {
    return loadPipeline(root, name, manifest);
  } catch (error) {
    // The step that runs it will say what is wrong with it.
    if (error instanceof WaveError) return null;
    throw error;
  }
}
