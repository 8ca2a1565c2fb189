import { declareCommand } from "./cli/command.ts";

/** `wave __complete -- <words>`, which the completion scripts call; not shown in help. */
export const complete = declareCommand({
  name: "__complete",
  summary: "Candidates for the last of the words",
  args: [{ name: "word", summary: "What was typed so far", variadic: true }],
  options: {},
  examples: [],
  interruptible: true,
});
