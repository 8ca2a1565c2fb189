/** The agents that are installed here, as `wave init` writes them into a manifest. */
import { keysOf } from "../../executor/adapters/agent_access.ts";
import { findProgram } from "../../executor/processes/find_program.ts";
import { testCommandOf } from "./test_command.ts";

/** Variables that each gets: its keys, and where its service is. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  claude: [...keysOf("claude"), "ANTHROPIC_BASE_URL"],
  codex: [...keysOf("codex"), "CODEX_HOME"],
  gemini: [...keysOf("gemini"), "GOOGLE_CLOUD_PROJECT", "GOOGLE_GEMINI_BASE_URL"],
  opencode: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENCODE_CONFIG_CONTENT"],
};

/** Names of the agents that are installed, the one to take first. */
export function foundAgents(root: string, path: string): string[] {
  return Object.keys(VARIABLES).filter((name) => findProgram(name, path, root) !== null);
}

/**
 * The manifest with an adapter for each agent that is found, the first of which is the coder's, and with
 * the command of the project's tests; as it is where none is found.
 */
export function withFoundAgents(manifest: string, found: readonly string[], root: string): string {
  const [first] = found;
  if (first === undefined) return manifest;
  const adapters = Object.entries(VARIABLES)
    .filter(([name]) => found.includes(name))
    .map(([name, env]) => `  ${name}:\n    binary: ${name}\n    env: [${env.join(", ")}]\n`);
  const told =
    "  # Found on this machine. `env` names the variables that an agent gets, its key above all.\n";
  const project =
    "# How the tests are run, in a fresh worktree of the project: change-code does.\n" +
    `project:\n  test_command: ${JSON.stringify(testCommandOf(root))}\n\n# How a prompt becomes`;
  return manifest
    .replace("# How a prompt becomes", () => project)
    .replace(EXAMPLE, () => told + adapters.join(""))
    .replace(CODER, (coder) => coderOf(coder, first));
}

/** The coder on an agent. Codex reads and writes by its shell, which its sandbox holds in the worktree. */
function coderOf(coder: string, agent: string): string {
  const own = coder.replace("adapter: mock", `adapter: ${agent}`);
  return agent !== "codex" ? own : own
    .replace("It has no shell, as the tests are run by wave.", "Codex has a shell, in a sandbox.")
    .replace("Read, Glob, Grep, Write, Edit", "Read, Glob, Grep, Write, Edit, Bash");
}

const CODER = /^ {2}# Changes code\..*\n {2}coder:\n(?: {4}.*\n)*/m;

/** The adapter that stands there as a comment. */
const EXAMPLE = /^ {2}# claude:\n(?: {2}#.*\n)*/m;
