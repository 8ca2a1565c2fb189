/** `wave doctor` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";

export const doctor = declareCommand({
  name: "doctor",
  summary: "Check this project and its runs",
  description:
    "Looks at definitions, adapters, database, traces, interrupted runs and what they left. " +
    "What is worth knowing is a warning; what is broken fails, and makes the exit code 1. " +
    "--repair settles interrupted runs, ends their processes, finishes removals, and makes a database " +
    "that is broken or lags anew from the traces.",
  args: [],
  options: { repair: { kind: "flag", summary: "Mend what can be mended without losing anything" } },
  examples: [
    { command: "wave doctor", summary: "What is wrong" },
    { command: "wave doctor --repair", summary: "Mend it" },
  ],
});
