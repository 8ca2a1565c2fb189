import { UsageError } from "../../event/errors.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { list } from "../list.ts";
import { SELECTORS } from "../runs/selectors.ts";
import { listRuns } from "./list_runs.ts";

/** Answers a call of `wave list`. Only what shows definitions loads what reads YAML. */
export async function run(
  context: Context,
  { args: [kind, ...ids], options }: CallOf<typeof list>,
): Promise<Outcome> {
  if (options.graph !== undefined) {
    if (kind !== "pipelines") {
      throw new UsageError("bad_argument", '--graph goes with "wave list pipelines" only', {
        hint: `wave list pipelines --graph ${options.graph}`,
      });
    }
    const { pipelineGraph } = await import("./pipeline_graph.ts");
    return pipelineGraph(context, options.graph);
  }
  if (kind === "runs") return listRuns(context, ids, options);
  const given = Object.entries(options).find(([name, value]) =>
    Object.hasOwn(SELECTORS, name) && value !== undefined
  );
  if (ids.length > 0 || given !== undefined) {
    throw new UsageError(
      "bad_argument",
      `${given === undefined ? "A run id" : `--${given[0]}`} goes with "wave list runs" only`,
      { hint: "wave list runs" },
    );
  }
  const { listDefinitions } = await import("./list_definitions.ts");
  return listDefinitions(context, kind);
}
