/** Which rule of a persona a refused call broke. */
import type { ToolPermissions } from "./adapter.ts";
import { toolRule } from "./tool_names.ts";

/**
 * As the manifest has it: `deny Write`, or `allowed_tools does not name it`; null when no rule says so, and
 * the agent refused by itself.
 *
 * @param tool as the agent calls it.
 * @param call what it was to do: a command, a path.
 */
export function refusingRule(
  { allow, deny }: ToolPermissions,
  tool: string,
  call: string,
): string | null {
  const called = toolRule(tool);
  const isSame = (rule: string) => {
    const { tool, name } = toolRule(rule);
    return rule === "*" || (tool === null ? name === called.name : tool === called.tool);
  };
  const denied = deny.filter(isSame);
  const whole = denied.find((rule) => toolRule(rule).pattern === null);
  const part = denied.find((rule) => contains(call, toolRule(rule).pattern));
  const found = part ?? whole;
  if (found !== undefined) return `deny ${found}`;
  if (allow.length === 0 || allow.includes("*")) return null;
  return allow.some((rule) => isSame(rule) && toolRule(rule).pattern === null)
    ? null
    : "allowed_tools does not name it";
}

/** The command may stand behind others: `cd x && git push`. */
function contains(call: string, pattern: string | null): boolean {
  const text = pattern?.replace(/\*+$/, "").trim() ?? "";
  return text !== "" && call.includes(text);
}
