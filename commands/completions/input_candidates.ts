/** Names of a pipeline's inputs, and what they may be. */
import { loadManifest, loadPipeline } from "../../executor/language/load_definitions.ts";
import type { NamedInput } from "../../executor/language/model/input_spec.ts";
import { textOf } from "../../executor/language/template/template.ts";
import type { Candidate } from "./candidates.ts";

/**
 * `owner=` for each name, and for what is typed behind one `kind=bug` for each value of it.
 *
 * @throws {WaveError} `pipeline_not_found`, `invalid_pipeline`, `invalid_manifest`.
 */
export function inputCandidates(root: string, pipeline: string, typed: string): Candidate[] {
  const { input } = loadPipeline(root, pipeline, loadManifest(root));
  const equals = typed.indexOf("=");
  if (equals < 0) {
    return (input.named ?? []).map(({ name, description }) => ({
      value: `${name}=`,
      summary: description ?? "",
    }));
  }
  const named = input.named?.find(({ name }) => name === typed.slice(0, equals));
  return named === undefined
    ? []
    : valuesOf(named).map((value) => ({ value: `${named.name}=${value}`, summary: "" }));
}

function valuesOf({ values, types }: NamedInput): string[] {
  if (values !== null) return values.map(textOf);
  return types.includes("boolean") ? ["true", "false"] : [];
}
