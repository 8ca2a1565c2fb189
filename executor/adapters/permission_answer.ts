/** Whether the rules of a persona let an agent do what it asks for. */
import { relative, resolve } from "@std/path";
import { globMatches } from "../../event/glob.ts";
import type { ToolPermissions } from "./adapter.ts";
import { type Tool, type ToolRule, toolRule } from "./tool_names.ts";

/** A call as far as its agent tells of it. */
export interface AskedCall {
  /** What the agent calls the tool; null where it does not say. */
  readonly name: string | null;
  /** The tools that it may be, where the name is none that wave knows; empty where nothing tells. */
  readonly tools: readonly Tool[];
  /** What a shell is to run; null where it does not say, or of another tool. */
  readonly command: string | null;
  /** Files that it is about, absolute or relative to the workspace. */
  readonly paths: readonly string[];
}

/**
 * Null when all rules let it; otherwise why not, as a person reads it: `deny Write`,
 * `allowed_tools does not name it`. What an agent leaves open is decided for the worst case: of several
 * tools that it may mean none may be denied and all must be allowed.
 *
 * @param workspace absolute; the patterns of rules for files are relative to it.
 */
export function refusal(
  { allow, deny }: ToolPermissions,
  call: AskedCall,
  workspace: string,
): string | null {
  const known = called(call);
  const denied = deny.find((text) => text === "*" || mayBreak(toolRule(text), known, workspace));
  if (denied !== undefined) return `deny ${denied}`;
  if (allow.length === 0 || allow.includes("*")) return null;
  const rules = allow.map(toolRule);
  const { name, tools } = known;
  const named = rules.some((rule) => rule.name === name && isAllowedBy(rule, known, workspace));
  const all = tools.length > 0 &&
    tools.every((tool) =>
      rules.some((rule) => rule.tool === tool && isAllowedBy(rule, known, workspace))
    );
  return named || all ? null : "allowed_tools does not name it";
}

/** A name that wave knows tells which tool it is, whatever else the agent says. */
function called(call: AskedCall): AskedCall {
  const { name, command, paths } = call;
  const tool = name === null ? null : toolRule(name).tool;
  return tool === null ? call : { name, command, paths, tools: [tool] };
}

function mayBreak(rule: ToolRule, call: AskedCall, workspace: string): boolean {
  const { name, tools } = call;
  const isOpen = tools.length === 0 && name === null;
  const isMeant = rule.tool === null ? rule.name === name : tools.includes(rule.tool);
  if (!isMeant) return isOpen;
  if (rule.pattern === null) return true;
  const { pattern } = rule;
  if (rule.tool === "shell") {
    const start = pattern.replace(/\*+$/, "").trim();
    // The command may stand behind others: `cd x && git push`.
    return call.command === null || call.command.includes(start) ||
      parts(call.command).some((part) => globMatches(pattern, part));
  }
  const files = withinWorkspace(call.paths, workspace);
  return files.length === 0 || files.some((file) => globMatches(pattern, file));
}

function isAllowedBy({ tool, pattern }: ToolRule, call: AskedCall, workspace: string): boolean {
  if (pattern === null) return true;
  if (tool === "shell") {
    // What a command runs within itself, or writes to, stands in no part of it.
    if (call.command === null || /[`<>]|\$\(/.test(withoutJoins(call.command))) return false;
    return parts(call.command).every((part) =>
      globMatches(pattern, part) || globMatches(pattern.replace(/\s*\*$/, ""), part)
    );
  }
  const files = withinWorkspace(call.paths, workspace);
  return files.length > 0 && files.every((file) => globMatches(pattern, file));
}

/** `2>&1` joins streams, and writes to no file. */
function withoutJoins(command: string): string {
  return command.replaceAll(/\d?>&\d/g, "");
}

/** The commands of a line, cut at each operator, quoted or not: too many parts allow too little. */
function parts(command: string): string[] {
  return withoutJoins(command).split(/[;&|\n]+/).map((part) => part.trim())
    .filter((part) => part !== "");
}

function withinWorkspace(paths: readonly string[], workspace: string): string[] {
  return paths.map((path) => relative(workspace, resolve(workspace, path)));
}
