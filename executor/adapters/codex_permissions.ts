/** How Codex is made to keep the rules of a persona: by its sandbox, and by leaving out its shell. */
import type { PermissionRule, ToolPermissions } from "./adapter.ts";
import { type Tool, toolRule } from "./tool_names.ts";

/** What it does with files it does by these two; it reads by its shell. */
const WRITING: ReadonlySet<Tool | null> = new Set<Tool>(["write", "edit", "notebook"]);
const READING: ReadonlySet<Tool | null> = new Set<Tool>(["read", "list", "glob", "grep"]);

interface Means {
  readonly shell: boolean;
  readonly writes: boolean;
  readonly web: boolean;
  readonly agents: boolean;
}

function meansFor({ allow, deny }: ToolPermissions): Means {
  const named = allow.map((rule) => toolRule(rule).tool);
  const all = allow.length === 0 || allow.includes("*");
  // Of a rule with a pattern it can only keep less, or nothing: a denied part is not denied.
  const denied = deny.map(toolRule).filter(({ pattern }) => pattern === null);
  const isDenied = (tool: Tool) => deny.includes("*") || denied.some((rule) => rule.tool === tool);
  const wants = (tools: ReadonlySet<Tool | null>) => all || named.some((tool) => tools.has(tool));
  const shellNamed = all || named.includes("shell");
  return {
    shell: (shellNamed || wants(READING)) && !isDenied("shell"),
    writes: (shellNamed || wants(WRITING)) && !isDenied("write") && !isDenied("edit"),
    web: (all || named.includes("web_search")) && !isDenied("web_search"),
    agents: (all || named.includes("agent")) && !isDenied("agent"),
  };
}

/** Whether its sandbox lets it write in its workspace. */
export function codexWrites(permissions: ToolPermissions): boolean {
  return meansFor(permissions).writes;
}

/** @param writable absolute; folders besides the workspace that it needs to commit. */
export function codexPermissions(
  permissions: ToolPermissions,
  writable: readonly string[],
): string[] {
  const { shell, writes, web, agents } = meansFor(permissions);
  const settings = [
    ...(shell ? [] : ["features.shell_tool=false"]),
    ...(web ? [] : [`web_search="disabled"`]),
    ...(agents ? [] : ["features.multi_agent=false"]),
    ...(writes && writable.length > 0
      ? [`sandbox_workspace_write.writable_roots=${JSON.stringify(writable)}`]
      : []),
  ];
  return [
    ...["-s", writes ? "workspace-write" : "read-only"],
    ...settings.flatMap((setting) => ["-c", setting]),
  ];
}

const SANDBOX = "-s read-only";
const NO_SHELL = "features.shell_tool=false";

export function enforceByCodex(
  { action, rule: text }: PermissionRule,
  permissions: ToolPermissions,
): string | null {
  const means = meansFor(permissions);
  if (text === "*") return action === "allow" ? "nothing to keep" : null;
  const { tool, pattern } = toolRule(text);
  if (tool === null) return null;
  if (action === "allow") return keptAllowance(tool, pattern, permissions, means);
  if (pattern !== null) return null;
  if (tool === "shell") return NO_SHELL;
  if (WRITING.has(tool)) return SANDBOX;
  if (READING.has(tool)) return means.shell ? null : NO_SHELL;
  if (tool === "web_search") return "web_search";
  if (tool === "agent") return "features.multi_agent=false";
  // It has no such tool, and what runs in its sandbox has no network.
  return tool === "web_fetch" ? "it has none, and its sandbox no network" : null;
}

/** Whether it can use what the rule names and nothing that no rule names. */
function keptAllowance(
  tool: Tool,
  pattern: string | null,
  { allow }: ToolPermissions,
  means: Means,
): string | null {
  const named = new Set(allow.map((rule) => toolRule(rule).tool));
  if (pattern !== null) return null;
  if (tool === "shell") return means.shell ? "its sandbox" : null;
  // It reads by its shell, which runs any command then.
  if (READING.has(tool)) return means.shell && named.has("shell") ? "its sandbox" : null;
  // A patch adds files as well as it changes them.
  const writes = means.writes && (tool === "write" || named.has("write") || named.has("shell"));
  return !WRITING.has(tool) || writes ? "its settings" : null;
}
