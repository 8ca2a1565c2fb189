/** `wave list` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

export const list = declareCommand({
  name: "list",
  summary: "List pipelines, personas, adapters or runs",
  description: "Without an argument: pipelines, personas and adapters. Run ids and selectors " +
    "work with `wave list runs` only.",
  args: [{
    name: "kind",
    summary: "What to list; everything but runs by default",
    choices: ["pipelines", "personas", "adapters", "runs"],
  }, SELECTOR_ARGUMENT],
  options: {
    ...SELECTORS,
    graph: {
      kind: "text",
      summary: "With pipelines: print the graph of this one as Mermaid",
      placeholder: "pipeline",
      complete: "pipeline",
    },
  },
  examples: [
    { command: "wave list", summary: "Show what this project defines" },
    { command: "wave list pipelines", summary: "Show what can be run" },
    { command: "wave list pipelines --graph hello-world", summary: "Draw a pipeline, in Mermaid" },
    {
      command: "wave list runs --status failed --since 7d",
      summary: "Show this week's failed runs",
    },
    {
      command: "wave list adapters --format json",
      summary: "Tell a script which agents are installed",
    },
  ],
  interruptible: true,
});
