/** `wave do` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";

export const doCommand = declareCommand({
  name: "do",
  summary: "Give one task to a persona",
  description:
    "A run of one step, recorded like any other. Its answer alone is printed on stdout, and kept as " +
    "an artifact; what happens meanwhile goes to stderr. Without --persona the first one of the " +
    "manifest does it; --mock uses the built-in mock adapter.",
  args: [{
    name: "task",
    summary: "What to do; - reads it from standard input",
    required: true,
    isText: true,
  }],
  options: {
    persona: { kind: "text", summary: "Who does it", complete: "persona" },
    mock: { kind: "flag", summary: "On the built-in mock adapter: no key, no cost" },
    timeout: { kind: "duration", positive: true, summary: "End it after so long" },
  },
  examples: [
    { command: 'wave do "explain what main.ts does"', summary: "Ask the first persona" },
    { command: 'wave do "review the last commit" --persona reviewer', summary: "Ask another one" },
    { command: 'wave do "write release notes" > notes.md', summary: "Keep the answer in a file" },
    { command: "git diff | wave do -", summary: "Read the task from another program" },
  ],
  handlesSignals: true,
});
