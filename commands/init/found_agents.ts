/** The agents that are installed here, as `wave init` writes them into a manifest. */
import { keysOf } from "../../executor/adapters/agent_access.ts";
import { findProgram } from "../../executor/processes/find_program.ts";

/** Variables that each gets: its keys, and where its service is. */
const VARIABLES = {
  claude: [...keysOf("claude"), "ANTHROPIC_BASE_URL"],
  codex: [...keysOf("codex"), "CODEX_HOME"],
  gemini: [...keysOf("gemini"), "GOOGLE_CLOUD_PROJECT", "GOOGLE_GEMINI_BASE_URL"],
  opencode: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENCODE_CONFIG_CONTENT"],
} as const;

/** The manifest with an adapter for each agent that is found; as it is where none is. */
export function withFoundAgents(manifest: string, root: string, path: string): string {
  const found = Object.entries(VARIABLES)
    .filter(([name]) => findProgram(name, path, root) !== null)
    .map(([name, env]) => `  ${name}:\n    binary: ${name}\n    env: [${env.join(", ")}]\n`);
  if (found.length === 0) return manifest;
  const told =
    "  # Found on this machine. `env` names the variables that an agent gets, its key above all.\n";
  return manifest.replace(EXAMPLE, () => told + found.join(""));
}

/** The adapter that stands there as a comment. */
const EXAMPLE = /^ {2}# claude:\n(?: {2}#.*\n)*/m;
