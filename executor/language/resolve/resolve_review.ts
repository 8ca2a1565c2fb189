/** Contracts that ask an agent: `agent_review`, and `llm_judge`, which judges each criterion by itself. */
import type { AgentReviewContract, ContractBase, ReviewContext } from "../model/contract.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { fileOf, timeoutOf } from "./contract_values.ts";
import type { ContractShape } from "./pipeline_shape.ts";

export function resolveReview(
  shape: ContractShape,
  base: ContractBase,
  path: Path,
  report: Report,
): AgentReviewContract | null {
  if (shape.persona === undefined) {
    report.error("missing_key", path, `an agent_review contract needs "persona"`);
    return null;
  }
  if (shape.criteria === undefined && shape.criteria_path === undefined) {
    report.error(
      "missing_key",
      path,
      `an agent_review contract needs "criteria" or "criteria_path"`,
    );
  }
  return {
    ...base,
    type: "agent_review",
    persona: shape.persona,
    threshold: null,
    criteriaPath: fileOf(shape, "criteria_path", path, report),
    ...reviewed(shape, path, report),
  };
}

/** @param persona of the step, who judges where nobody else is named. */
export function resolveJudge(
  shape: ContractShape,
  persona: string | null,
  base: ContractBase,
  path: Path,
  report: Report,
): AgentReviewContract | null {
  const judge = shape.persona ?? persona;
  if (judge === null) {
    report.error("missing_key", path, `an llm_judge contract of a step without persona needs one`);
    return null;
  }
  if ((shape.criteria ?? []).length === 0) {
    report.error(
      "missing_key",
      path,
      `an llm_judge contract needs "criteria", each judged by itself`,
    );
  }
  const threshold = shape.threshold ?? 1;
  const type = "llm_judge";
  return {
    ...{ ...base, type, persona: judge, threshold, criteriaPath: null },
    ...reviewed(shape, path, report),
  };
}

/** What a reviewer looks at, and by which criteria. */
function reviewed(shape: ContractShape, path: Path, report: Report) {
  return {
    model: shape.model ?? null,
    source: fileOf(shape, "source", path, report),
    criteria: shape.criteria ?? [],
    context: (shape.context ?? []).flatMap((entry, index) =>
      contextOf(entry, [...path, "context", index], report)
    ),
    timeoutMs: timeoutOf(shape, path, report),
  };
}

function contextOf(
  entry: NonNullable<ContractShape["context"]>[number],
  path: Path,
  report: Report,
): ReviewContext[] {
  if (entry.source === "git_diff") return [{ source: "git_diff", base: entry.diff_base ?? null }];
  if (entry.artifact !== undefined) return [{ source: "artifact", artifact: entry.artifact }];
  report.error("missing_key", path, `"artifact" is missing`);
  return [];
}
