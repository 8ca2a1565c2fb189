import type { Permissions } from "./adapter.ts";

/** Tools that change files, as the agents and the personas call them. */
const WRITING =
  /^(?:write|edit|multiedit|notebookedit|apply_patch|file_change|write_file|replace|patch)$/i;
const SHELL = /^(?:bash|shell|run_shell_command|command_execution)$/i;

/** The tool that a rule such as `Bash(git push*)` is about. */
export function toolOf(rule: string): string {
  return rule.split("(")[0]?.trim() ?? rule;
}

/**
 * False when the rules leave no tool that changes files: for agents that know a read-only mode and no
 * rules for single tools. A rule with a pattern denies a part only.
 */
export function mayWrite({ allow, deny }: Permissions): boolean {
  const denied = deny.filter((rule) => !rule.includes("(") || rule.endsWith("(*)"));
  if (denied.some((rule) => rule === "*" || WRITING.test(toolOf(rule)))) return false;
  if (allow.length === 0 || allow.includes("*")) return true;
  return allow.some((rule) => WRITING.test(toolOf(rule)) || SHELL.test(toolOf(rule)));
}
