/** A step that runs once for each item: `iterate` and `strategy: matrix`. */
import { quote } from "../source/diagnostic.ts";
import type { Each } from "../model/pipeline.ts";
import type { StepShape } from "./pipeline_shape.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { jsonAsWritten } from "../template/written_json.ts";
import { expressionsIn } from "../template/template.ts";

export function eachOf(shape: StepShape, path: Path, report: Report): Each | null {
  const { iterate, strategy } = shape;
  if (iterate !== undefined && strategy !== undefined) {
    report.error("two_actions", [...path, "strategy"], `give "iterate" or "strategy", not both`);
  }
  if (iterate !== undefined) {
    const at = [...path, "iterate", "over"];
    const over = typeof iterate.over === "string"
      ? iterate.over
      : jsonAsWritten(iterate.over, report.source.written(at));
    checkOver(over, at, report);
    const parallel = iterate.mode === "parallel" ||
      iterate.mode === undefined && iterate.max_concurrent !== undefined;
    return {
      source: { kind: "template", over },
      maxConcurrent: parallel ? iterate.max_concurrent ?? Number.MAX_SAFE_INTEGER : 1,
      onFailure: iterate.on_failure ?? "fail",
    };
  }
  if (strategy === undefined) return null;
  const [step, ...rest] = strategy.items_source.split("/");
  if (step === undefined || rest.length === 0) {
    report.error(
      "wrong_value",
      [...path, "strategy", "items_source"],
      `"items_source" is <step>/<artifact>, not ${quote(strategy.items_source)}`,
    );
  }
  return {
    source: {
      kind: "artifact",
      step: step ?? "",
      artifact: rest.join("/"),
      key: strategy.item_key ?? null,
    },
    maxConcurrent: strategy.max_concurrency ?? Number.MAX_SAFE_INTEGER,
    onFailure: "fail",
  };
}

function checkOver(over: string, path: Path, report: Report): void {
  if (expressionsIn(over).length > 0) return;
  try {
    if (Array.isArray(JSON.parse(over))) return;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  report.error(
    "wrong_value",
    path,
    `"over" must be a JSON list or name one, like {{ plan.output.tasks }}, not ${quote(over)}`,
  );
}
