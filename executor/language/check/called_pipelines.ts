/** Which pipelines a step runs, as far as its file says. */
import type { Step } from "../model/pipeline.ts";
import type { Path } from "../source/yaml_source.ts";
import { expressionsIn } from "../template/template.ts";

export interface PipelineCall {
  readonly name: string;
  /** Where the step names it, below the step. */
  readonly at: Path;
}

/** All that are named; a name that is a value of the run is known only then. */
export function pipelinesCalled({ action, each }: Step): PipelineCall[] {
  if (action.kind === "branch") {
    const targets = [
      ...action.cases,
      ...action.otherwise === null ? [] : [{ value: "default", target: action.otherwise }],
    ];
    return targets.flatMap(({ value, target }) =>
      target.kind === "pipeline" ? [{ name: target.pipeline, at: ["branch", "cases", value] }] : []
    );
  }
  if (action.kind !== "pipeline") return [];
  const [expression] = expressionsIn(action.pipeline);
  if (expression === undefined) return [{ name: action.pipeline, at: ["pipeline"] }];
  const isItem = expression.path === "item" && expression.start === 0 &&
    expression.end === action.pipeline.length;
  if (!isItem || each?.source.kind !== "template") return [];
  return listIn(each.source.over).flatMap((item) =>
    typeof item === "string" ? [{ name: item, at: ["iterate", "over"] }] : []
  );
}

function listIn(over: string): readonly unknown[] {
  if (expressionsIn(over).length > 0) return [];
  try {
    const list: unknown = JSON.parse(over);
    return Array.isArray(list) ? list : [];
  } catch (error) {
    // What is no JSON was reported where it was read.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
