/** Checks the `{{ … }}` expressions of a step. */
import { type Diagnostic, didYouMean, quote } from "../source/diagnostic.ts";
import { FORGE_NAMES, PROJECT_NAMES } from "../template/project_values.ts";
import type { Member, Members } from "./step_index.ts";
import type { InputSpec } from "../model/input_spec.ts";
import { placesOf, type TemplatePlace } from "./template_places.ts";
import type { Step } from "../model/pipeline.ts";
import { handedDownProblem, inputProblem, type NameProblem } from "./given_names.ts";
import type { ProjectView } from "./check_project.ts";
import { trusted, UNSAFE_HINT } from "../template/script.ts";
import type { Report, Suggestion } from "../source/file_diagnostics.ts";
import {
  type Expression,
  expressionsIn,
  isValueName,
  type Reference,
  ROOTS,
  splitArtifact,
} from "../template/template.ts";

/** Where the expressions of a step are looked at. */
export interface VariableSurroundings {
  readonly project: ProjectView;
  /** What the pipeline says of its own input. */
  readonly input: InputSpec;
  /** Ids of steps that could not be resolved, or of which only the work could not. */
  readonly broken: ReadonlySet<string>;
}

/** Reports variables that do not exist, and links the step to those whose results it uses. */
export function checkVariables(
  member: Member,
  members: Members,
  around: VariableSurroundings,
  report: Report,
): void {
  for (const place of placesOf(member.step, member.path)) {
    const seen = new Map<string, number>();
    const unsafe = place.unsafe?.(place.text) ?? new Map<number, string>();
    const strict = place.unsafe !== undefined && around.project.manifest.runtime.strictValues;
    for (const expression of expressionsIn(place.text)) {
      const raw = place.text.slice(expression.start, expression.end);
      const nth = seen.get(raw) ?? 0;
      seen.set(raw, nth + 1);
      const tell: Tell = (code, message, suggestion = null) =>
        report.add({
          severity: "error",
          code,
          place: () => positionOf(place, expression, raw, nth, report),
          message: `{{ ${shortened(expression.path)} }}: ${message}`,
          suggestion,
        });
      const refused = unsafe.get(expression.start);
      // What names no value is no value that could be code.
      if (refused !== undefined && expression.reference !== null) {
        tell(
          "unsafe_script",
          refused,
          UNSAFE_HINT,
        );
      } else if (strict && expression.reference !== null && !trusted(expression)) {
        tell("strict_values", "runtime.strict_values allows no value here", UNSAFE_HINT);
      }
      checkReference(expression, { member, members, around, report, tell });
    }
  }
}

function shortened(path: string): string {
  const line = path.replaceAll(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function positionOf(
  place: TemplatePlace,
  expression: Expression,
  raw: string,
  nth: number,
  report: Report,
): Pick<Diagnostic, "file" | "line" | "column"> {
  if (place.file === undefined) {
    return { file: report.source.file, ...report.source.within(place.path, raw, nth) };
  }
  const before = place.text.slice(0, expression.start);
  const line = before.split("\n").length;
  return { file: place.file, line, column: expression.start - before.lastIndexOf("\n") };
}

type Tell = (code: string, message: string, suggestion?: Suggestion) => void;

interface Check {
  readonly member: Member;
  readonly members: Members;
  readonly around: VariableSurroundings;
  readonly report: Report;
  readonly tell: Tell;
}

function checkReference({ path, reference }: Expression, check: Check): void {
  const { member, members, tell } = check;
  if (reference === null) return tellUnknown(path, check);
  const loops = member.chain.slice(0, -1);
  switch (reference.kind) {
    case "item":
    case "item_index":
      if ([...loops, member.step.id].every((id) => members.byId.get(id)?.step.each === null)) {
        tell("unknown_variable", `there are items only in a step with "iterate" or "strategy"`);
      }
      break;
    case "iteration":
      if (loops.length === 0 && member.step.action.kind !== "loop") {
        tell("unknown_variable", "there are iterations only in a loop");
      }
      break;
    case "input_value":
      tellProblem(inputProblem(reference.path, check.around.input), tell);
      break;
    case "env":
      tellProblem(
        handedDownProblem(reference.name, check.around.project, check.report.source.file),
        tell,
      );
      break;
    case "project": {
      const names = [...Object.keys(check.around.project.manifest.project), ...PROJECT_NAMES];
      checkNamed(reference.name, names, "the manifest's project has no such value", tell);
      break;
    }
    case "forge":
      checkNamed(reference.name, FORGE_NAMES, "a forge has no such value", tell);
      break;
    case "artifact_path": {
      const names = member.step.injectArtifacts.flatMap(({ as, artifact }) => [as, artifact]);
      checkNamed(reference.name, names, "the step injects no such artifact", tell);
      break;
    }
    case "artifact":
    case "output":
    case "gate":
      checkStep(reference, check);
  }
}

function tellProblem(problem: NameProblem | null, tell: Tell): void {
  if (problem !== null) tell(problem.code, problem.message, problem.suggestion);
}

function tellUnknown(path: string, { members, tell }: Check): void {
  if (!isValueName(path)) {
    tell(
      "no_value",
      "this names no value; there are no operators, filters or functions",
      String.raw`let a script decide; \{{ keeps the braces`,
    );
    return;
  }
  tell("unknown_variable", "there is no such variable", () => {
    const ids = [...members.byId.keys()].map((id) => `${id}.output`);
    return didYouMean(path, [...ROOTS, ...ids]);
  });
}

function checkNamed(name: string, names: readonly string[], message: string, tell: Tell): void {
  if (!names.includes(name)) tell("unknown_variable", message, () => didYouMean(name, names));
}

function checkStep(
  reference: Extract<Reference, { step: string }>,
  { member, members, around, tell }: Check,
): void {
  const target = members.byId.get(reference.step);
  if (target === undefined) {
    if (around.broken.has(reference.step)) return;
    tell(
      "unknown_step",
      `there is no step ${quote(reference.step)}`,
      () => didYouMean(reference.step, members.byId.keys()),
    );
    return;
  }
  // What a loop does may be asked for in its own `until`.
  const inside = target.chain.includes(member.step.id) && target !== member;
  if (!inside && (target === member || !members.link(member, target))) {
    tell("unknown_step", "a step cannot use its own result");
  }
  if (around.broken.has(reference.step)) return;
  if (reference.kind === "gate" && target.step.action.kind !== "gate") {
    tell("unknown_variable", `step ${quote(reference.step)} is no gate`);
  }
  const names = declaredArtifacts(target.step);
  if (reference.kind !== "artifact" || names === null) return;
  if (splitArtifact(reference.path, names) === null) {
    tell(
      "unknown_artifact",
      `step ${quote(reference.step)} declares no such artifact`,
      () => didYouMean(reference.path[0] ?? "", names),
    );
  }
}

/** Names of the artifacts that a step will have, or null when only a run can tell. */
export function declaredArtifacts(step: Step): string[] | null {
  const { kind } = step.action;
  if (kind === "pipeline" || kind === "branch" || kind === "loop" || step.each !== null) {
    return null;
  }
  return step.outputArtifacts.map(({ name }) => name);
}
