import { command } from "./command.ts";
import { findProject } from "./project.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./selectors.ts";

/** `wave status` (contract, section 3). */
export const status = command({
  name: "status",
  summary: "Show what is running, or how runs went",
  args: [SELECTOR_ARGUMENT],
  options: {
    ...SELECTORS,
    all: { kind: "flag", summary: "The 20 newest runs, whatever their status" },
  },
  examples: [
    { command: "wave status", summary: "What is running" },
    { command: "wave status --all", summary: "The newest runs" },
  ],
  run(context) {
    findProject(context);
    return { json: { pipelines: [] } };
  },
});
