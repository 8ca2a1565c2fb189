/** `wave do` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";

export const doCommand = declareCommand({
  name: "do",
  summary: "Give one task to a persona",
  description:
    "A run of one step, recorded like any other, whose answer is printed at its end and kept as an " +
    "artifact; wave resume goes on with it. Without --persona the first of the manifest " +
    "does it; --mock takes the built-in mock adapter.",
  args: [{ name: "task", summary: "What to do", required: true }],
  options: {
    persona: { kind: "text", summary: "Who does it", complete: "persona" },
    mock: { kind: "flag", summary: "On the built-in mock adapter: no key, no cost" },
    timeout: { kind: "duration", positive: true, summary: "End it after so long" },
  },
  examples: [
    { command: 'wave do "explain what main.ts does"', summary: "Ask the first persona" },
    { command: 'wave do "review the last commit" --persona reviewer', summary: "Ask another one" },
  ],
  handlesSignals: true,
});
