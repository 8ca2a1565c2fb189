/** The variables of a pipeline, for the programs of all its steps. */
import type { InputSpec } from "../model/input_spec.ts";
import { handedDownProblem, inputProblem } from "./given_names.ts";
import { expressionsIn, isValueName, type Reference } from "../template/template.ts";
import { fixedLookup } from "../template/project_values.ts";
import type { Step, Variables } from "../model/pipeline.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { ProjectView } from "./check_project.ts";

/** What is known when the run starts. */
const KNOWN: ReadonlySet<Reference["kind"]> = new Set(
  ["input", "input_value", "input_file", "pipeline_name", "run_id", "env"] as const,
);

/** Reports values that are not the same for all steps, and such as do not exist. */
export function checkPipelineEnv(
  { env = {} }: Variables,
  project: ProjectView,
  input: InputSpec,
  report: Report,
): void {
  const fixed = fixedLookup(project.root, project.manifest);
  for (const [name, text] of Object.entries(env)) {
    for (const { start, end, path, reference } of expressionsIn(text)) {
      const raw = text.slice(start, end);
      if (reference !== null && KNOWN.has(reference.kind)) {
        const problem = reference.kind === "input_value"
          ? inputProblem(reference.path, input)
          : reference.kind === "env"
          ? handedDownProblem(reference.name, project, report.source.file)
          : null;
        if (problem === null) continue;
        const { code, message, suggestion } = problem;
        report.within(code, ["env", name], raw, 0, { message: `${raw}: ${message}`, suggestion });
        continue;
      }
      const isFixed = reference?.kind === "project" || reference?.kind === "forge";
      if (isFixed && fixed(reference) !== undefined) continue;
      const unknown = reference === null || isFixed;
      report.within(unknown ? "unknown_variable" : "no_template", ["env", name], raw, 0, {
        message: unknown
          ? `${raw}: there is no such ${isValueName(path) ? "variable" : "value"}`
          : `${raw}: "env" of a pipeline takes only what is known when the run starts`,
        suggestion: unknown ? null : "write it into the env of the steps that need it",
      });
    }
  }
}

/** The steps with the variables of their pipeline, as far as they start programs; their own win. */
export function withPipelineEnv(steps: readonly Step[], { env, envNames }: Variables): Step[] {
  if (env === undefined && envNames === undefined) return [...steps];
  return steps.map((step): Step => {
    const action = step.action.kind === "loop"
      ? { ...step.action, steps: withPipelineEnv(step.action.steps, { env, envNames }) }
      : step.action;
    if (!startsPrograms(step)) return { ...step, action };
    const own = step.env ?? {};
    const names = [...envNames ?? [], ...step.envNames ?? []];
    // A value of the step stands for one that the pipeline passes on, and the other way round.
    const values = Object.entries(env ?? {}).filter(([name]) =>
      step.envNames?.includes(name) !== true
    );
    const passed = [...new Set(names)].filter((name) => !Object.hasOwn(own, name));
    return {
      ...step,
      action,
      env: { ...Object.fromEntries(values), ...own },
      ...passed.length === 0 ? {} : { envNames: passed },
    };
  });
}

function startsPrograms({ action, when, contracts }: Step): boolean {
  return action.kind === "command" || action.kind === "prompt" || when !== undefined ||
    contracts.length > 0;
}
