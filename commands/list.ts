/** `wave list` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

export const list = declareCommand({
  name: "list",
  summary: "List pipelines, personas, adapters or runs",
  description:
    "Without an argument: pipelines, personas and adapters. Run ids and selectors narrow " +
    "the runs and go with `wave list runs` only.",
  args: [{
    name: "kind",
    summary: "What to list; without it all but runs",
    choices: ["pipelines", "personas", "adapters", "runs"],
  }, SELECTOR_ARGUMENT],
  options: SELECTORS,
  examples: [
    { command: "wave list", summary: "What this project has" },
    { command: "wave list pipelines", summary: "What can be run" },
    { command: "wave list runs --status failed --since 7d", summary: "This week's failed runs" },
    {
      command: "wave list adapters --format json",
      summary: "Which agents are installed, for a script",
    },
  ],
  interruptible: true,
});
