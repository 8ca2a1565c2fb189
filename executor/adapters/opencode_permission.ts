/** How OpenCode is made to keep the rules of a persona: by `permission` in its configuration. */
import type { PermissionRule, ToolPermissions } from "./adapter.ts";
import { isServerTool, ownNames, type Tool, toolRule } from "./tool_names.ts";

/** Of what is asked for somebody decides then. */
type Action = Allowed | "deny";
export type Allowed = "allow" | "ask";
export type Permission = Record<string, Action | Record<string, Action>>;

/** Where it works. */
export interface OpencodePlaces {
  /** Absolute; what it may read outside of its workspace. */
  readonly project: string;
  /** Absolute. */
  readonly workspace: string;
}

/**
 * What it may do; the last rule that fits wins, so that those that deny come last.
 *
 * @param allowed what becomes of a call that is allowed.
 */
export function opencodePermission(
  { allow, deny }: ToolPermissions,
  { project, workspace }: OpencodePlaces,
  allowed: Allowed = "allow",
): Permission {
  const permission: Permission = {};
  const others = allow.length > 0 && !allow.includes("*");
  if (others) permission["*"] = "deny";
  else if (allowed === "ask") permission["*"] = "ask";
  // It would ask, and reject by itself, and end without an answer.
  permission["external_directory"] = { "*": "deny", [`${project}/*`]: "allow" };
  for (const rule of allow) {
    addRule(permission, rule, { action: allowed, rest: others ? "deny" : null, workspace });
  }
  for (const rule of deny) addRule(permission, rule, { action: "deny", rest: null, workspace });
  return permission;
}

/** `Bash(git push*)` becomes `bash: {"git push*": …}`; all that writes files is called `edit`. */
function addRule(
  permission: Permission,
  text: string,
  { action, rest, workspace }: {
    readonly action: Action;
    /** What becomes of other calls of the tool, where nothing was said of it before. */
    readonly rest: Action | null;
    readonly workspace: string;
  },
): void {
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
    for (const key of keysOf(rule.tool, pattern, workspace)) {
      // Its place decides.
      delete rules[key];
      rules[key] = action;
    }
    permission[tool] = rules;
  }
}

const FILE_TOOLS: ReadonlySet<Tool | null> = new Set<Tool>(["read", "write", "edit", "notebook"]);

/**
 * It tells files by their paths from the top of the repository that they are in, or from `/`, which may be
 * the workspace or any folder around it.
 */
function keysOf(tool: Tool | null, pattern: string | null, workspace: string): readonly string[] {
  if (pattern === null) return ["*"];
  if (!FILE_TOOLS.has(tool)) return [pattern];
  const folder = workspace.split("/").slice(-2).join("/");
  return [pattern, `*${folder}/${pattern}`];
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
