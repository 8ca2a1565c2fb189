/** `wave do` (contract, section 4). */
import { BUDGET_OPTIONS } from "./runs/budget_options.ts";
import { NO_WAIT } from "./cli/no_wait.ts";
import { declareCommand } from "./cli/command.ts";
import { ENV_FILE } from "./runs/env_file_option.ts";
import { AGENT_CHOICE, MANIFEST_CHOICE } from "./runs/run_choices.ts";

export const doCommand = declareCommand({
  name: "do",
  summary: "Give one task to a persona",
  description:
    "A run of one step, recorded like any other. Its answer alone is printed on stdout, and kept as " +
    "an artifact; what happens meanwhile goes to stderr. Without --persona the first one in the " +
    "manifest is asked; --mock uses the built-in mock adapter.",
  args: [{
    name: "task",
    summary: "What to do; - reads it from standard input",
    required: true,
    isText: true,
  }],
  options: {
    persona: { kind: "text", summary: "The persona to ask", complete: "persona" },
    mock: { kind: "flag", summary: "Use the built-in mock adapter: no key, no cost" },
    "env-file": ENV_FILE,
    ...AGENT_CHOICE,
    ...MANIFEST_CHOICE,
    detach: {
      kind: "flag",
      short: "d",
      summary: "Run in the background: print the run's id, and return",
    },
    timeout: { kind: "duration", positive: true, summary: "Time limit" },
    ...BUDGET_OPTIONS,
    "no-wait": NO_WAIT,
    plain: { kind: "flag", summary: "Print a line for each event, also on a terminal" },
  },
  examples: [
    { command: 'wave do "explain what main.ts does"', summary: "Ask the first persona" },
    {
      command: 'wave do "review the last commit" --persona reviewer',
      summary: "Ask another persona",
    },
    { command: 'wave do "write release notes" > notes.md', summary: "Keep the answer in a file" },
    { command: 'wave do "explain main.ts" --model opus', summary: "Ask another model" },
    { command: "git diff | wave do -", summary: "Read the task from another program" },
  ],
  handlesSignals: true,
});
