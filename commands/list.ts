import { UsageError } from "../event/errors.ts";
import { command } from "./cli/command.ts";
import { listDefinitions } from "./list/list_definitions.ts";
import { listRuns } from "./list/list_runs.ts";

/** `wave list` with all that it lists. */
export const list = command({
  ...listRuns,
  run(context, call) {
    const [kind, ...ids] = call.args;
    if (kind === "runs") return listRuns.run(context, call);
    const given = Object.entries(call.options).find(([name, value]) =>
      Object.hasOwn(listRuns.options, name) && value !== undefined
    );
    if (ids.length > 0 || given !== undefined) {
      throw new UsageError(
        "bad_argument",
        `${given === undefined ? "A run id" : `--${given[0]}`} goes with "wave list runs" only`,
        { hint: "wave list runs" },
      );
    }
    return listDefinitions(context, kind);
  },
});
