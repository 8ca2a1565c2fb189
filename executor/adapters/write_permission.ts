/** Whether an agent may write files, by its rules for tools. */
import type { ToolPermissions } from "./adapter.ts";

/** Tools that change files, as the agents and the personas call them. */
const WRITING =
  /^(?:write|edit|multiedit|notebookedit|apply_patch|file_change|write_file|replace|patch)$/i;
const SHELL = /^(?:bash|shell|run_shell_command|command_execution)$/i;

/** The tool that a rule such as `Bash(git push*)` is about. */
export function toolOf(rule: string): string {
  return rule.split("(")[0]?.trim() ?? rule;
}

/** A rule without a pattern, or with one that fits everything. */
function isWhole(rule: string): boolean {
  return !rule.includes("(") || rule.endsWith("(*)");
}

/**
 * False when the rules leave no tool that changes files: for agents that know a read-only mode and no
 * rules for single tools. A rule with a pattern denies a part only.
 */
export function mayWrite({ allow, deny }: ToolPermissions): boolean {
  const denied = deny.filter(isWhole);
  if (denied.some((rule) => rule === "*" || WRITING.test(toolOf(rule)))) return false;
  if (allow.length === 0 || allow.includes("*")) return true;
  return allow.some((rule) => WRITING.test(toolOf(rule)) || SHELL.test(toolOf(rule)));
}

/**
 * Whether an agent with these rules can write files at all, if only by a shell. Codex and Gemini are
 * started read-only where no tool that writes is left; Claude Code and OpenCode leave out what is denied.
 */
export function canWriteFiles(agent: string | null, permissions: ToolPermissions): boolean {
  if (agent === "codex" || agent === "gemini") return mayWrite(permissions);
  if (agent !== "claude" && agent !== "opencode") return true;
  const denied = permissions.deny.filter(isWhole).map(toolOf);
  if (!denied.some((tool) => tool === "*" || WRITING.test(tool))) return true;
  const { allow } = permissions;
  const shells = allow.length === 0 ||
    allow.some((rule) => rule === "*" || SHELL.test(toolOf(rule)));
  return shells && !denied.some((tool) => tool === "*" || SHELL.test(tool));
}
