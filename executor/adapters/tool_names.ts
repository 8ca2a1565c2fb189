/** What the agents call their tools. A persona may name a tool by the words of any of them. */

/** A kind of tool that several agents have. */
export type Tool = keyof typeof TOOLS;

interface Names {
  /** What the agent calls it; more than one where one of ours is several of its. */
  readonly claude?: readonly string[];
  readonly gemini?: readonly string[];
  /** The key of its `permission`. */
  readonly opencode?: readonly string[];
  /** What else people call it. */
  readonly also?: readonly string[];
}

const TOOLS = {
  read: { claude: ["Read"], gemini: ["read_file", "read_many_files"], opencode: ["read"] },
  list: { claude: ["LS"], gemini: ["list_directory"], opencode: ["list"] },
  glob: { claude: ["Glob"], gemini: ["glob"], opencode: ["glob"] },
  grep: {
    claude: ["Grep"],
    gemini: ["grep_search", "search_file_content"],
    opencode: ["grep"],
  },
  write: { claude: ["Write"], gemini: ["write_file"], opencode: ["edit"], also: ["write"] },
  edit: {
    claude: ["Edit", "MultiEdit"],
    gemini: ["replace"],
    opencode: ["edit"],
    also: ["patch", "apply_patch", "file_change"],
  },
  notebook: { claude: ["NotebookEdit"], gemini: [], opencode: ["edit"] },
  shell: {
    claude: ["Bash"],
    gemini: ["run_shell_command"],
    opencode: ["bash"],
    also: ["shell", "command_execution", "exec_command"],
  },
  web_fetch: { claude: ["WebFetch"], gemini: ["web_fetch"], opencode: ["webfetch"] },
  web_search: {
    claude: ["WebSearch"],
    gemini: ["google_web_search"],
    opencode: ["websearch"],
    also: ["web_search"],
  },
  agent: {
    claude: ["Task", "Agent"],
    gemini: ["invoke_agent"],
    opencode: ["task"],
    also: ["spawn_agent"],
  },
  plan: {
    claude: ["TodoWrite", "TaskCreate", "TaskUpdate", "TaskGet", "TaskList"],
    gemini: ["write_todos"],
    opencode: ["todowrite", "todoread"],
    also: ["update_plan"],
  },
  skill: { claude: ["Skill"], gemini: ["activate_skill"], opencode: ["skill"] },
} as const satisfies Readonly<Record<string, Names>>;

const NAMES: ReadonlyMap<Tool, Names> = new Map(
  Object.entries(TOOLS).flatMap(([tool, names]) => isTool(tool) ? [[tool, names]] : []),
);

/** One agent's word may be another tool's in another, so those of Claude Code count first. */
const BY_NAME: ReadonlyMap<string, Tool> = new Map(
  (["opencode", "also", "gemini", "claude"] as const).flatMap((whose) =>
    [...NAMES].flatMap(([tool, names]) =>
      (names[whose] ?? []).map((name): [string, Tool] => [name.toLowerCase(), tool])
    )
  ),
);

function isTool(name: string): name is Tool {
  return Object.hasOwn(TOOLS, name);
}

/** A rule for tools in its parts. */
export interface ToolRule {
  /** As it is written. */
  readonly name: string;
  /** Null for a tool that wave does not know, such as one of an MCP server. */
  readonly tool: Tool | null;
  /** What stands in brackets; null for all of the tool. */
  readonly pattern: string | null;
}

/** Reads `Write`, `Bash(git push*)`, `write_file`, `Bash(git push:*)`. */
export function toolRule(rule: string): ToolRule {
  const name = rule.split("(")[0]?.trim() ?? rule;
  const pattern = /\((.*)\)\s*$/s.exec(rule)?.[1]?.trim() ?? null;
  const whole = pattern === null || pattern === "" || pattern === "*";
  return {
    name,
    tool: BY_NAME.get(name.toLowerCase()) ?? null,
    pattern: whole ? null : pattern.replace(/:\*$/, "*"),
  };
}

/** What an agent calls the tool of a rule; the rule's own word where wave does not know it. */
export function ownNames(
  { name, tool }: ToolRule,
  agent: "claude" | "gemini" | "opencode",
): readonly string[] {
  return tool === null ? [name] : NAMES.get(tool)?.[agent] ?? [];
}

/** True for a tool of an MCP server, as all of the agents call them. */
export function isServerTool({ name }: ToolRule): boolean {
  return /^mcp_/i.test(name);
}

/** The beginning that `git push*` asks for; null of a pattern that is more than a beginning. */
export function prefixOf(pattern: string): string | null {
  const prefix = pattern.replace(/\s*\*$/, "");
  return prefix === "" || prefix === pattern || /[*?[\]]/.test(prefix) ? null : prefix;
}
