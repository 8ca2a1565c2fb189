import { declareCommand } from "./cli/command.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

const OPTIONS = {
  ...SELECTORS,
  format: {
    kind: "choice",
    choices: ["table", "text", "json", "markdown"],
    summary: "How the result is printed; markdown is for the summary of a CI job, or a comment",
  },
  all: { kind: "flag", summary: "The 20 newest runs, whatever their status" },
  timeline: {
    kind: "flag",
    summary: "Of one run: draw when each step was worked on, over all resumes",
  },
  watch: {
    kind: "flag",
    short: "w",
    summary: "Keep the display up to date until nothing is running",
  },
} as const;

/** `wave status` (contract, section 3). */
export const status = declareCommand({
  name: "status",
  summary: "Show what is running, or the results of runs",
  description:
    "Without arguments: the runs that are running now. Selectors and --all also show runs that have " +
    "ended; a run id shows that run with its steps.",
  args: [SELECTOR_ARGUMENT],
  options: OPTIONS,
  examples: [
    { command: "wave status", summary: "Show what is running" },
    { command: "wave status --watch", summary: "Watch it until it ends" },
    { command: "wave status --all", summary: "Show the newest runs" },
    { command: "wave status @latest", summary: "Show the latest run with its steps" },
    { command: "wave status @latest --timeline", summary: "Draw when each step was worked on" },
    {
      command: "wave status @latest --format markdown",
      summary: "The latest run, for the summary of a CI job",
    },
    {
      command: "wave status --status failed --since 24h -q",
      summary: "Print the ids of today's failed runs",
    },
  ],
  interruptible: true,
});
