/** How Claude Code is made to keep the rules of a persona. */
import type { PermissionRule, ToolPermissions } from "./adapter.ts";
import { isServerTool, ownNames, toolRule } from "./tool_names.ts";

/**
 * With an allow list, tools that it does not name are not there, and what it does not allow of the others
 * is refused. Without one, files may be edited and read, as Claude Code does it without a person.
 */
export function claudePermissions({ allow, deny }: ToolPermissions): string[] {
  const allowed = allow.flatMap(claudeRules);
  const denied = deny.flatMap(claudeRules);
  const tools = [...new Set(allowed.map((rule) => toolRule(rule).name))]
    .filter((name) => !name.startsWith("mcp__"));
  return [
    // What the user's own settings allow would count besides.
    ...["--setting-sources", "project"],
    ...["--permission-mode", allow.length === 0 ? "acceptEdits" : "dontAsk"],
    ...(allow.length === 0 || allow.includes("*") ? [] : ["--tools", tools.join(",")]),
    ...(allowed.length === 0 ? [] : ["--allowedTools", ...allowed]),
    ...(denied.length === 0 ? [] : ["--disallowedTools", ...denied]),
  ];
}

/** The rule in its own words: `shell` is `Bash`, `write_file(a)` is `Write(a)`. */
function claudeRules(text: string): string[] {
  if (text === "*") return ["*"];
  const rule = toolRule(text);
  const suffix = rule.pattern === null ? "" : `(${rule.pattern})`;
  return ownNames(rule, "claude").map((name) => `${name}${suffix}`);
}

export function enforceByClaude(
  { action, rule: text }: PermissionRule,
  { allow }: ToolPermissions,
): string | null {
  const rule = toolRule(text);
  if (text === "*") return action === "allow" ? "--allowedTools" : null;
  // A rule for a tool that it does not have denies nothing.
  if (rule.tool === null && !isServerTool(rule)) return action === "allow" ? "--tools" : null;
  if (action === "deny") return "--disallowedTools";
  // Commands that only read pass beside those that are named; to an agent that may read they are no news.
  if (rule.tool === "shell" && rule.pattern !== null && !allow.some(readsAll)) return null;
  return "--permission-mode dontAsk --tools";
}

function readsAll(text: string): boolean {
  const { tool, pattern } = toolRule(text);
  return text === "*" || (tool === "read" && pattern === null);
}
