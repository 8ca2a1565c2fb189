/** `wave logs` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

export const logs = declareCommand({
  name: "logs",
  summary: "Show what happened in runs",
  description: "Without a run id: the latest run. Several runs are merged in the order of time.",
  args: [SELECTOR_ARGUMENT],
  options: {
    lines: {
      kind: "count",
      short: "n",
      summary:
        "The last so many entries, 100 unless told, or all; with -f, 0 shows only what comes",
    },
    offset: { kind: "integer", summary: "Leave out so many of the newest entries" },
    after: { kind: "integer", summary: "Entries after this seq, oldest first, without a limit" },
    step: { kind: "text", summary: "Only entries of this step", complete: "step" },
    persona: { kind: "text", summary: "Only entries of this persona", complete: "persona" },
    level: {
      kind: "choice",
      choices: ["all", "info", "error"],
      synonyms: { debug: "all", trace: "all", warn: "info", warning: "info", errors: "error" },
      summary: "info: without what agents wrote; error: failures and contract violations",
    },
    errors: { kind: "flag", summary: "The same as --level error" },
    since: { kind: "time", summary: "Only entries from then on" },
    until: { kind: "time", summary: "Only entries up to then" },
    grep: { kind: "text", summary: "Only entries whose message matches", placeholder: "regex" },
    follow: { kind: "flag", short: "f", summary: "Go on until the run ends" },
    next: { kind: "flag", summary: "With --follow: wait for the next run to start" },
    "exit-status": { kind: "flag", summary: "End with the exit code of the run" },
    status: SELECTORS.status,
    pipeline: SELECTORS.pipeline,
    limit: SELECTORS.limit,
  },
  examples: [
    { command: "wave logs", summary: "The last 100 entries of the latest run" },
    { command: "wave logs --errors", summary: "Only what went wrong" },
    { command: "wave logs -f", summary: "Follow it until it ends" },
    {
      command: "wave logs -f --next --exit-status",
      summary: "Wait for the next run, and end as it does",
    },
    { command: "wave logs --step plan --grep 'TODO|FIXME' -n all", summary: "Search in one step" },
    { command: "wave logs --pipeline 'review*' --since 1h", summary: "Several runs, merged" },
  ],
  interruptible: true,
});
