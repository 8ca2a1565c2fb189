import { command } from "./command.ts";
import { findProject } from "./project.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./selectors.ts";

/** `wave list`, of which only `wave list runs` is answered here (contract, section 3). */
export const listRuns = command({
  name: "list",
  summary: "List pipelines, personas, adapters or runs",
  args: [{
    name: "kind",
    summary: "What to list; without it all but runs",
    choices: ["pipelines", "personas", "adapters", "runs"],
  }, SELECTOR_ARGUMENT],
  options: SELECTORS,
  examples: [
    { command: "wave list", summary: "What this project has" },
    { command: "wave list runs --status failed", summary: "Failed runs" },
  ],
  run(context) {
    findProject(context);
    return { json: { runs: [] } };
  },
});
