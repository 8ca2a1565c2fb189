/** Whether an agent may write files, by its rules for tools. */
import type { ToolPermissions } from "./adapter.ts";
import { codexWrites } from "./codex_permissions.ts";
import { type Tool, toolRule } from "./tool_names.ts";

const WRITING: readonly Tool[] = ["write", "edit"];

/**
 * Whether an agent with these rules can write files at all, if only by a shell. A rule with a pattern
 * denies a part only. True of agents that nothing is known of.
 */
export function canWriteFiles(agent: string | null, permissions: ToolPermissions): boolean {
  if (agent === "codex") return codexWrites(permissions);
  if (agent !== "claude" && agent !== "gemini" && agent !== "opencode") return true;
  const { allow, deny } = permissions;
  if (deny.includes("*")) return false;
  const allowed = new Set(allow.map((rule) => toolRule(rule).tool));
  const all = allow.length === 0 || allow.includes("*");
  const denied = new Set(
    deny.map(toolRule).filter(({ pattern }) => pattern === null).map(({ tool }) => tool),
  );
  // Who may write no file may change none: OpenCode knows one permission for both.
  const writes = WRITING.some((tool) => all || allowed.has(tool)) && !denied.has("write");
  return writes || ((all || allowed.has("shell")) && !denied.has("shell"));
}
