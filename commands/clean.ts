/** `wave clean` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";
import { ALLOW_SELF } from "./runs/own_run.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

const OPTIONS = {
  all: { kind: "flag", summary: "All runs that have ended" },
  ...SELECTORS,
  "older-than": { kind: "duration", summary: "Only runs that ended at least this long ago" },
  "keep-last": {
    kind: "integer",
    summary: "Number of newest finished runs to keep of each pipeline",
  },
  branches: {
    kind: "flag",
    summary: "Also remove the branches that wave made for these runs and that are merged or empty",
  },
  force: { kind: "flag", short: "f", summary: "Do not ask for confirmation" },
  "dry-run": { kind: "flag", summary: "Show what would be removed, and remove nothing" },
  "allow-self": ALLOW_SELF,
} as const;

export const clean = declareCommand({
  name: "clean",
  summary: "Remove runs with their workspaces, traces and records",
  description:
    "Select the runs by id or by options, which narrow each other; --keep-last counts the finished runs " +
    "of each pipeline before any other filter. Runs that are running, stalled or unknown are never removed. " +
    "Branches stay, unless --branches is given.",
  args: [SELECTOR_ARGUMENT],
  options: OPTIONS,
  examples: [
    { command: "wave clean --dry-run", summary: "Show what there is to remove" },
    {
      command: "wave clean --older-than 7d --keep-last 5",
      summary: "Remove old runs, but keep the last five",
    },
    { command: "wave clean --status failed --force", summary: "Remove failed runs without asking" },
    { command: "wave status -q --status failed | xargs wave clean --force", summary: "The same" },
    {
      command: "wave clean --older-than 7d --branches",
      summary: "Remove old runs, and those of their branches that are merged or empty",
    },
    { command: "wave clean --all", summary: "Remove all runs that have ended" },
  ],
});
