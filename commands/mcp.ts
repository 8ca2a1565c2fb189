/** `wave mcp` (contract, section 13). */
import { declareCommand } from "./cli/command.ts";

export const mcp = declareCommand({
  name: "mcp",
  summary: "Serve the commands to a coding agent, as tools of the Model Context Protocol",
  description:
    "Speaks the protocol on standard input and output until the client closes them, or a signal comes; " +
    "agents start it by themselves. Without --allow its tools only read: status, logs, why, answer, artifacts, " +
    "list, validate and wait. A tool that is not allowed is not there.",
  args: [],
  options: {
    allow: {
      kind: "choices",
      choices: ["run", "resume", "cancel", "clean", "approve"],
      summary: "Commands that act, separated by commas, which become tools, too",
      placeholder: "list",
    },
    "allow-self": {
      kind: "flag",
      summary:
        "Give cancel, clean and resume their --allow-self, which acts on the caller's own run",
    },
  },
  examples: [
    {
      command: "wave mcp",
      summary: "Let an agent look at runs; for claude: claude mcp add wave -- wave mcp",
    },
    {
      command: "wave mcp --allow run,resume,cancel",
      summary: "Let it start, resume and stop them, too",
    },
  ],
});
