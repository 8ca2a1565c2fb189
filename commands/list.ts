import { command } from "./command.ts";
import { listRuns } from "./list_runs.ts";

/** `wave list` with all that it lists. */
export const list = command({ ...listRuns });
