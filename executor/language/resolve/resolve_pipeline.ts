/** From a pipeline file to a pipeline that can be run. */
import { basename } from "@std/path";
import { checkPipelineEnv, withPipelineEnv } from "../check/pipeline_env.ts";
import { checkSkills } from "../check/check_agents.ts";
import type { Diagnostic } from "../source/diagnostic.ts";
import type { Manifest } from "../model/manifest.ts";
import { STEP_PATHS } from "../check/step_index.ts";
import { FOREIGN_PIPELINE_KEYS } from "./foreign_keys.ts";
import { PIPELINE_KEYS, tellNotBuilt } from "./unsupported_keys.ts";
import { isName } from "../../../event/identity.ts";
import type { Pipeline, PipelineOutput, Step } from "../model/pipeline.ts";
import { resolveInput } from "../inputs/resolve_input.ts";
import { PipelineShape } from "./pipeline_shape.ts";
import { narrowest } from "../../../event/budget.ts";
import type { ProjectView } from "../check/check_project.ts";
import { checkOutputs, connect } from "../check/references.ts";
import { resolveHooks } from "./resolve_hooks.ts";
import { resolveEnv } from "./resolve_env.ts";
import { withFallback } from "./resolve_fallback.ts";
import { checkName, resolveStep } from "./resolve_step.ts";
import { fixedLookup } from "../template/project_values.ts";
import { fit } from "../source/fit_shape.ts";
import { Report } from "../source/file_diagnostics.ts";
import { type Path, readSource, type Source } from "../source/yaml_source.ts";
import { expand, expressionsIn } from "../template/template.ts";

export interface Resolved {
  /** Null when there are errors. */
  readonly pipeline: Pipeline | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Longer prompts are refused. */
const MAX_PROMPT_BYTES = 1024 * 1024;

/** Resolves a pipeline of a project, and checks all that it names. */
export function resolvePipeline(source: Source, project: ProjectView): Resolved {
  const { root, manifest } = project;
  const report = new Report(source);
  if (source.data === undefined) return { pipeline: null, diagnostics: report.diagnostics };
  if (source.data === null) {
    report.error("empty_file", [], "the file is empty", 'a pipeline has "steps"; see wave init');
    return { pipeline: null, diagnostics: report.diagnostics };
  }
  const shape = fit(PipelineShape, source.data, [], report, FOREIGN_PIPELINE_KEYS);
  if (shape === null) return { pipeline: null, diagnostics: report.diagnostics };
  tellNotBuilt(PIPELINE_KEYS, source.data, [], report);
  const fixed = fixedText(root, manifest);
  const broken = new Set<string>();
  const steps = resolveSteps(shape.steps, ["steps"], { root, manifest, report, broken });
  const input = resolveInput(shape.input, report);
  const around = { project, input, broken };
  const connected = connect(steps, around, report);
  const outputs = Object.entries(shape.pipeline_outputs ?? {}).map(
    ([name, output]): PipelineOutput => ({
      name,
      step: output.step,
      artifact: output.artifact,
      field: output.field ?? null,
      type: output.type ?? null,
    }),
  );
  checkSkills((shape.skills ?? []).map(fixed), root, manifest, ["skills"], report);
  checkOutputs(outputs, connected, around, report);
  const variables = resolveEnv(["env"], report);
  checkPipelineEnv(variables, project, input, report);
  const hooks = resolveHooks(report);
  const name = nameOf(shape, report);
  if (report.errors > 0) return { pipeline: null, diagnostics: report.diagnostics };
  const pipeline: Pipeline = {
    name,
    description: shape.metadata?.description ?? shape.description ?? "",
    category: shape.metadata?.category ?? null,
    disabled: shape.metadata?.disabled ?? false,
    file: source.file,
    input,
    requiredTools: shape.requires?.tools ?? [],
    skills: (shape.skills ?? []).map(fixed).filter((skill) => skill !== ""),
    steps: withPipelineEnv(connected, variables),
    outputs,
    hooks,
    maxStepVisits: shape.max_step_visits ?? null,
    ...shape.budget === undefined ? {} : { budget: narrowest(shape.budget) },
  };
  return { pipeline, diagnostics: report.diagnostics };
}

/** The name by which it is run: that of its file. */
function nameOf(shape: PipelineShape, report: Report): string {
  const name = basename(report.source.file).replace(/\.ya?ml$/, "");
  const own = shape.metadata?.name ?? shape.name;
  if (shape.name !== undefined) {
    report.atKey("warning", "old_key", ["name"], `"name" is read as "metadata.name"`);
  }
  if (!isName(name)) checkName(name, [], report);
  if (own === undefined || own === name) return name;
  const path = shape.metadata?.name === undefined ? ["name"] : ["metadata", "name"];
  checkName(own, path, report);
  report.warning("name_differs", path, `the pipeline is run by its file's name, "${name}"`);
  return name;
}

interface StepsContext {
  readonly root: string;
  readonly manifest: Manifest;
  readonly report: Report;
  readonly broken: Set<string>;
}

function resolveSteps(data: readonly unknown[], path: Path, context: StepsContext): Step[] {
  const { root, manifest, report, broken } = context;
  return data.flatMap((each, index) => {
    const at = [...path, index];
    const own = resolveStep(each, at, {
      report,
      fixed: fixedText(root, manifest),
      broken: (id) => broken.add(id),
      prompt: (file, promptPath) => promptOf(root, file, promptPath, report),
      steps: (inner, innerPath) => resolveSteps(inner, innerPath, context),
    });
    if (own === null) {
      const id = typeof each === "object" && each !== null ? Reflect.get(each, "id") : undefined;
      if (typeof id === "string") broken.add(id);
      return [];
    }
    const step = withFallback(own, manifest);
    STEP_PATHS.set(step, at);
    return [step];
  });
}

/** Expands `project.*` and `forge.*` alone, and leaves a text with others as it is. */
function fixedText(root: string, manifest: Manifest): (text: string) => string {
  const lookup = fixedLookup(root, manifest);
  return (text) => {
    const known = expressionsIn(text).every(({ reference }) =>
      reference !== null && lookup(reference) !== undefined
    );
    return known ? expand(text, lookup) : text;
  };
}

function promptOf(root: string, file: string, path: Path, report: Report): string | null {
  try {
    const info = Deno.statSync(`${root}/${file}`);
    if (info.isFile && info.size <= MAX_PROMPT_BYTES) {
      return Deno.readTextFileSync(`${root}/${file}`);
    }
    report.error("bad_prompt", path, `the prompt file ${file} is no file of at most 1 MiB`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
    report.error("prompt_not_found", path, `there is no prompt file ${file}`);
  }
  return null;
}

/** Reads and resolves a pipeline file, `file` being relative to the project root. */
export function readPipeline(file: string, project: ProjectView): Resolved {
  return resolvePipeline(readSource(project.root, file), project);
}
