/** Pipelines that can be run here. */
import { OperationError } from "../../event/errors.ts";
import { loadPipeline, type TellWarnings } from "../../executor/language/load_definitions.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import { checkPersonas } from "../../executor/planning/preflight.ts";
import { findProgram } from "../../executor/processes/find_program.ts";

/**
 * A pipeline of the project at `root` that can be run; `tell` gets its warnings.
 *
 * @throws {WaveError} `pipeline_not_found`, `invalid_pipeline`, `pipeline_disabled`, `tool_missing`,
 * `no_persona_prompt`.
 */
export function runnablePipeline(
  root: string,
  name: string,
  manifest: Manifest,
  tell?: TellWarnings,
): Pipeline {
  const pipeline = loadPipeline(root, name, manifest, tell);
  requireRunnable(pipeline, root);
  checkPersonas(pipeline.steps, manifest, root);
  return pipeline;
}

function requireRunnable(pipeline: Pipeline, root: string): void {
  if (pipeline.disabled) {
    throw new OperationError("pipeline_disabled", `Cannot run ${pipeline.name}: it is disabled`, {
      hint: `take "disabled" out of ${pipeline.file}`,
    });
  }
  const path = Deno.env.get("PATH") ?? "";
  const missing = pipeline.requiredTools.filter((tool) => findProgram(tool, path, root) === null);
  if (missing.length === 0) return;
  throw new OperationError(
    "tool_missing",
    `Cannot run ${pipeline.name}: not on PATH: ${missing.join(", ")}`,
    { hint: "install what the pipeline requires" },
  );
}
