/** `wave doctor` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";

export const doctor = declareCommand({
  name: "doctor",
  summary: "Check this project and its runs",
  description:
    "Checks definitions, adapters, database, traces, interrupted runs and what they left behind. " +
    "What is broken fails (exit 1); what is worth knowing is a warning. --repair finalizes interrupted " +
    "runs, ends their processes, completes removals, and rebuilds a broken or outdated database from " +
    "the traces.",
  args: [],
  options: {
    repair: { kind: "flag", summary: "Repair what can be repaired without losing anything" },
  },
  examples: [
    { command: "wave doctor", summary: "Show what is wrong" },
    { command: "wave doctor --repair", summary: "Repair it" },
  ],
});
