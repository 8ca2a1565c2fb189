/** `wave logs` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

export const logs = declareCommand({
  name: "logs",
  summary: "Show what happened in runs",
  description: "Without a run id: the latest run. Several runs are merged in order of time.",
  args: [SELECTOR_ARGUMENT],
  options: {
    lines: {
      kind: "count",
      short: "n",
      summary:
        "Number of last entries to show, or all (default 100); with -f, 0 shows only new ones",
    },
    offset: { kind: "integer", summary: "Number of newest entries to skip" },
    after: {
      kind: "integer",
      summary: "Only entries after this sequence number, oldest first, without a limit",
    },
    step: {
      kind: "text",
      summary: "Only entries of this step, or of an item of it: all[3]",
      complete: "step",
    },
    persona: { kind: "text", summary: "Only entries of this persona", complete: "persona" },
    level: {
      kind: "choice",
      choices: ["all", "info", "error"],
      synonyms: { debug: "all", trace: "all", warn: "info", warning: "info", errors: "error" },
      summary:
        "info leaves out what agents wrote; error shows failures and contract violations only",
    },
    errors: { kind: "flag", summary: "Short for --level error" },
    since: { kind: "time", summary: "Only entries since then" },
    until: { kind: "time", summary: "Only entries until then" },
    grep: { kind: "text", summary: "Only entries whose message matches", placeholder: "regex" },
    raw: {
      kind: "flag",
      summary: "Also what the programs of agents print, as it is; with --level all",
    },
    follow: { kind: "flag", short: "f", summary: "Keep printing new entries until the run ends" },
    next: { kind: "flag", summary: "With --follow: wait for the next run to start" },
    "exit-status": { kind: "flag", summary: "Exit with the exit code of the run" },
    status: SELECTORS.status,
    pipeline: SELECTORS.pipeline,
    limit: SELECTORS.limit,
  },
  examples: [
    { command: "wave logs", summary: "Show the last 100 entries of the latest run" },
    { command: "wave logs --errors", summary: "Show only what went wrong" },
    { command: "wave logs -f", summary: "Follow it until it ends" },
    {
      command: "wave logs -f --next --exit-status",
      summary: "Follow the next run, and exit as it does",
    },
    {
      command: "wave logs --step plan --grep 'TODO|FIXME' -n all",
      summary: "Search the log of one step",
    },
    { command: "wave logs --raw -n all", summary: "Show the streams of agents, too" },
    { command: "wave logs --pipeline 'review*' --since 1h", summary: "Show several runs, merged" },
  ],
  interruptible: true,
});
