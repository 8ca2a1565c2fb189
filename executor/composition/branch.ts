/** Runs the pipeline that a value selects. */
import { OperationError } from "../../event/errors.ts";
import type { RunContext } from "../run/run_context.ts";
import type { BranchAction } from "../language/model/pipeline.ts";
import { expand } from "../language/template/template.ts";
import { type ActionResult, actionResult, type Work } from "../work/work.ts";
import { subPipeline } from "./sub_pipeline.ts";

export async function branch(
  context: RunContext,
  action: BranchAction,
  work: Work,
): Promise<ActionResult> {
  const value = expand(action.on, work.lookup).trim();
  const target = action.cases.find((each) => each.value === value)?.target ?? action.otherwise;
  if (target === null) {
    throw new OperationError("no_case", `No case of the branch fits "${value.slice(0, 100)}"`, {
      hint: "add the case, or a `default`",
    });
  }
  if (target.kind === "skip") return actionResult({ text: "skip" });
  return await subPipeline(context, {
    kind: "pipeline",
    pipeline: target.pipeline,
    input: action.input,
    inject: null,
    extract: null,
    timeoutMs: null,
    env: context.options.inner?.env ?? {},
  }, work);
}
