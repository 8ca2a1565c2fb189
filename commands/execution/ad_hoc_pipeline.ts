/** A task that `wave do` gives to a persona: a run of a pipeline that no file defines. */
import { NotFoundError, OperationError, UsageError } from "../../event/errors.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import { pipelineNames } from "../../executor/language/load_definitions.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import { resolvePipeline } from "../../executor/language/resolve/resolve_pipeline.ts";
import { parseSource } from "../../executor/language/source/yaml_source.ts";
import { plannedSteps } from "../../executor/planning/planned_steps.ts";
import type { ArtifactRecord, RunRecord } from "../../state/records/records.ts";
import type { Context } from "../cli/command.ts";
import { safeText } from "../output/safe_text.ts";

/** Of the pipeline and of its step. */
const NAME = "do";

/**
 * The persona that is meant: the one named, or the only one, or the first.
 *
 * @throws {WaveError} `persona_not_found`, `no_personas`.
 */
export function personaOf({ personas }: Manifest, named: string | undefined): string {
  const names = Object.keys(personas);
  if (named !== undefined) {
    if (Object.hasOwn(personas, named)) return named;
    throw new NotFoundError("persona_not_found", `Cannot find persona "${named}"`, {
      hint: names.length === 0 ? "the manifest has none" : `there are ${names.join(", ")}`,
    });
  }
  const [first] = names;
  if (first !== undefined) return first;
  throw new OperationError("no_personas", "Cannot do a task without a persona", {
    hint: "add one to wave.yaml; wave init shows how",
  });
}

/** What the agent answered, as an artifact of the run. */
const ANSWER = { name: "answer", path: "answer.md", type: "markdown", source: "stdout" };

/**
 * A pipeline of one step, whose prompt is the run's input.
 *
 * @throws {UsageError} `invalid_manifest`.
 */
export function taskPipeline(persona: string, root: string, manifest: Manifest): Pipeline {
  // The agent starts in an empty workspace: nobody else tells it where the project is.
  const where = root.replaceAll("{{", "\\{{");
  const source = `{{ input }}\n\nThe project is in the folder ${where}.`;
  const exec = { type: "prompt", source };
  const steps = [{ id: NAME, persona, exec, output_artifacts: [ANSWER] }];
  // JSON is YAML.
  const yaml = parseSource("do.yaml", JSON.stringify({ metadata: { name: NAME }, steps }));
  const { pipeline, diagnostics } = resolvePipeline(yaml, {
    root,
    manifest,
    pipelines: new Set(),
  });
  if (pipeline !== null) return pipeline;
  const [problem] = diagnostics.filter(({ severity }) => severity === "error");
  throw new UsageError("invalid_manifest", `Cannot do a task: ${problem?.message}`, {
    hint: "wave validate",
  });
}

/** The answer, as the text of the outcome: with a newline at its end. */
export function answerOf(
  context: Context,
  artifacts: readonly ArtifactRecord[],
  root: string,
): string {
  if (context.quiet) return "";
  const answer = artifacts.find(({ name }) => name === ANSWER.name);
  if (answer === undefined) return "";
  const text = Deno.readTextFileSync(`${root}/${answer.path}`).trimEnd();
  return text === "" ? "" : `${safeText(text)}\n`;
}

/**
 * The pipeline of a run that `wave do` began, with the persona that did it then; null for another run. Where
 * a file defines a pipeline of that name, only the same step as today's is proof.
 *
 * @throws {NotFoundError} `persona_not_found`.
 */
export async function taskOf(
  { pipeline: name, parent, steps }: RunRecord,
  root: string,
  manifest: Manifest,
): Promise<Pipeline | null> {
  const [step, another] = steps;
  if (name !== NAME || parent !== null || step?.id !== NAME || another !== undefined) return null;
  const isDefined = pipelineNames(root).has(NAME);
  if (step.persona === null || (isDefined && !Object.hasOwn(manifest.personas, step.persona))) {
    return null;
  }
  const pipeline = taskPipeline(personaOf(manifest, step.persona), root, manifest);
  if (!isDefined) return pipeline;
  const [today] = await plannedSteps(pipeline, manifest, root);
  return today?.digest === step.digest ? pipeline : null;
}
