/** Where a run goes on behind a step: `edges`. */
import { didYouMean, quote } from "../source/diagnostic.ts";
import type { Edge, EdgeCondition, EdgeTarget } from "../model/edge.ts";
import type { StepShape } from "./pipeline_shape.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";

/** Targets that are no steps. Those with `_` are how published pipelines write them. */
const WAYS: Readonly<Record<string, EdgeTarget>> = {
  go: { kind: "next" },
  fail: { kind: "fail" },
  _fail: { kind: "fail" },
  complete: { kind: "complete" },
  _complete: { kind: "complete" },
};

const FORMS = "outcome=success, outcome=failure or context.<key>=<value>";

export function edgesOf({ edges = [], ...shape }: StepShape, path: Path, report: Report): Edge[] {
  if (edges.length > 0 && shape.rework_only === true) {
    report.atKey(
      "error",
      "unused_key",
      [...path, "edges"],
      `a step that reworks another goes on behind that one, and has no "edges" of its own`,
      "give the edges to the step that it reworks",
    );
  }
  const errors = report.errors;
  const resolved = edges.map(({ target, condition }, index): Edge => {
    const at = [...path, "edges", index];
    return {
      position: report.source.at([...at, "target"]),
      target: Object.hasOwn(WAYS, target) ? WAYS[target] ?? next : { kind: "step", step: target },
      condition: conditionOf(condition ?? "", [...at, "condition"], report),
    };
  });
  // One whose condition cannot be read only looks as if it had none.
  if (report.errors === errors) tellUnreachable(resolved, path, report);
  return resolved;
}

const next: EdgeTarget = { kind: "next" };

function conditionOf(text: string, path: Path, report: Report): EdgeCondition | null {
  if (text.trim() === "") return null;
  const [, left = "", right = ""] = /^([^=]*?)\s*={1,2}\s*(.*)$/s.exec(text.trim()) ?? [];
  if (left === "outcome" && (right === "success" || right === "failure")) {
    return { kind: "outcome", outcome: right };
  }
  const field = left.startsWith("context.") ? left.slice("context.".length).split(".") : [];
  if (field.length > 0 && !field.includes("") && right !== "") {
    return { kind: "context", field, value: right };
  }
  const hint = left === "outcome" ? didYouMean(right, ["success", "failure"]) : null;
  report.error(
    "wrong_value",
    path,
    `the condition ${quote(text)} cannot be read: it must be ${FORMS}`,
    hint ?? "an edge without condition is taken when none before it is",
  );
  return null;
}

/** An edge that can never be taken is a mistake: somebody counts on it. */
function tellUnreachable(edges: readonly Edge[], path: Path, report: Report): void {
  const always = edges.findIndex(({ condition }) => condition === null);
  if (always < 0) return;
  edges.slice(always + 1).forEach((edge, index) => {
    // What has no condition is taken by a failure only behind an edge for the success.
    const { condition } = edge;
    const reached = condition?.kind === "outcome" && condition.outcome === "failure" &&
      !edges.slice(0, always).some(isSuccess);
    if (reached) return;
    report.error(
      "unreachable_step",
      [...path, "edges", always + 1 + index],
      `this edge is never taken: the one before it has no condition`,
      "put the edge without condition last",
    );
  });
}

function isSuccess({ condition }: Edge): boolean {
  return condition?.kind === "outcome" && condition.outcome === "success";
}
