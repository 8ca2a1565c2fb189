/** Texts of a step in which no values are filled in: braces there would be taken as they are. */
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { expressionsIn } from "../template/template.ts";

/** Where values of the run are filled in, with all that is below. */
const TEMPLATES = new Set([
  ...[
    "script",
    "when",
    "task",
    "exec",
    "pipeline",
    "input",
    "input_ref.literal",
    "config.env",
    "env",
  ],
  ...["gate.pr_number", "gate.repo", "gate.branch", "gate.command"],
  ...["gate.message", "gate.prompt", "loop", "branch", "aggregate.from", "iterate.over"],
  ...["workspace.branch", "workspace.base", "strategy.input_template", "strategy.child_pipeline"],
  ...["handover.contract.command", "handover.contract.command_args"],
  ...["handover.contracts.command", "handover.contracts.command_args"],
]);

/** Where values of the manifest are filled in, and no others. */
const FIXED = new Set(["persona", "skills"]);

/** Keys that are accepted and not used: what they hold is never looked at. */
const UNUSED = new Set([
  ...["edges", "validation", "fidelity", "concurrency", "permissions"],
  ...["config.stop_condition", "config.max_cycles", "input_ref.from"],
]);

/** Reports `{{ … }}` where it would stay as it is. */
export function checkPlainTexts(step: object, path: Path, report: Report): void {
  for (const [key, value] of Object.entries(step)) visit(value, key, [key], path, report);
}

function visit(value: unknown, key: string, below: Path, path: Path, report: Report): void {
  if (TEMPLATES.has(key) || UNUSED.has(key)) return;
  if (typeof value === "string") return tell(value, key, [...path, ...below], report);
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    // The items of a list are as the list.
    const isList = Array.isArray(value);
    visit(
      inner,
      isList ? key : `${key}.${name}`,
      [...below, isList ? Number(name) : name],
      path,
      report,
    );
  }
}

function tell(text: string, key: string, path: Path, report: Report): void {
  const [wrong] = expressionsIn(text).filter(({ reference }) =>
    !FIXED.has(key) || reference?.kind !== "project" && reference?.kind !== "forge"
  );
  if (wrong === undefined) return;
  const raw = text.slice(wrong.start, wrong.end);
  report.within("no_template", path, raw, 0, {
    message: `${raw}: "${key}" takes no values of the run`,
    suggestion: FIXED.has(key) ? "it takes {{ project.<name> }} and {{ forge.<name> }}" : null,
  });
}
