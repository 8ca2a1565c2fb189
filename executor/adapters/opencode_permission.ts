/** How OpenCode is made to keep the rules of a persona: by `permission` in its configuration. */
import type { PermissionRule, ToolPermissions } from "./adapter.ts";
import { isServerTool, ownNames, toolRule } from "./tool_names.ts";

type Action = "allow" | "deny";
export type Permission = Record<string, Action | Record<string, Action>>;

/**
 * What it may do; the last rule that fits wins, so that those that deny come last.
 *
 * @param project absolute; what it may read outside of its workspace.
 */
export function opencodePermission(
  { allow, deny }: ToolPermissions,
  project: string,
): Permission {
  const permission: Permission = {};
  const others = allow.length > 0 && !allow.includes("*");
  if (others) permission["*"] = "deny";
  // It would ask, and reject by itself, and end without an answer.
  permission["external_directory"] = { "*": "deny", [`${project}/*`]: "allow" };
  for (const rule of allow) addRule(permission, rule, "allow", others ? "deny" : null);
  for (const rule of deny) addRule(permission, rule, "deny", null);
  return permission;
}

/** `Bash(git push*)` becomes `bash: {"git push*": …}`; all that writes files is called `edit`. */
function addRule(permission: Permission, text: string, action: Action, rest: Action | null): void {
  if (text === "*") {
    if (action === "deny") permission["*"] = "deny";
    return;
  }
  const { pattern, ...rule } = toolRule(text);
  for (const tool of ownNames({ ...rule, pattern }, "opencode")) {
    const present = permission[tool] ?? (rest === null ? {} : { "*": rest });
    const rules: Record<string, Action> = typeof present === "string"
      ? { "*": present }
      : { ...present };
    const key = pattern ?? "*";
    // Its place decides.
    delete rules[key];
    permission[tool] = { ...rules, [key]: action };
  }
}

export function enforceByOpencode(
  { action, rule: text }: PermissionRule,
  { allow }: ToolPermissions,
): string | null {
  if (text === "*") return "permission";
  const rule = toolRule(text);
  if (rule.tool === null && !isServerTool(rule)) return action === "allow" ? "permission" : null;
  // Servers' tools are named `<server>_<tool>` there.
  if (rule.tool === null) return null;
  // Writing and editing are one permission, and who may write a file may change it.
  const editsOnly = action === "allow" && (rule.tool === "edit" || rule.tool === "notebook") &&
    !allow.some((each) => each === "*" || toolRule(each).tool === "write");
  return editsOnly ? null : "permission";
}
