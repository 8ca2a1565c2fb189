/** `wave clean` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

const OPTIONS = {
  all: { kind: "flag", summary: "Every run that is over" },
  ...SELECTORS,
  "older-than": { kind: "duration", summary: "Only runs that ended at least so long ago" },
  "keep-last": {
    kind: "integer",
    summary: "Keep so many of the newest finished runs of each pipeline",
  },
  force: { kind: "flag", short: "f", summary: "Do not ask" },
  "dry-run": { kind: "flag", summary: "Show what would be removed, and remove nothing" },
} as const;

export const clean = declareCommand({
  name: "clean",
  summary: "Remove runs with their workspaces, traces and records",
  description:
    "Needs a selection. Filters narrow each other; --keep-last ranks the finished runs of each " +
    "pipeline before any other filter. Running, stalled and unknown runs are never removed.",
  args: [SELECTOR_ARGUMENT],
  options: OPTIONS,
  examples: [
    { command: "wave clean --dry-run", summary: "What there is to remove" },
    {
      command: "wave clean --older-than 7d --keep-last 5",
      summary: "Old runs, but not the last five",
    },
    { command: "wave clean --status failed --force", summary: "Failed runs, without asking" },
    { command: "wave status -q --status failed | xargs wave clean --force", summary: "The same" },
    { command: "wave clean --all", summary: "Everything that is over" },
  ],
});
