/** How the Gemini CLI is made to keep the rules of a persona: by a file for its policy engine. */
import { join } from "@std/path";
import type { PermissionRule, ToolPermissions } from "./adapter.ts";
import { isServerTool, ownNames, prefixOf, type ToolRule, toolRule } from "./tool_names.ts";

/** Above what its own settings can say, which go up to 900. */
const PRIORITY = { others: 950, allow: 960, deny: 970 } as const;

/** What becomes of a call that is allowed: one that is asked for may still be refused. */
type Allowed = "allow" | "ask_user";

/** The arguments that name the policy, and its file; none where there is no rule. */
export function geminiPolicyFile(
  permissions: ToolPermissions,
  folder: string,
  allowed: Allowed = "allow",
): { readonly args: readonly string[]; readonly files: Readonly<Record<string, string>> } {
  const policy = geminiPolicy(permissions, allowed);
  const file = join(folder, "policy.toml");
  return policy === null
    ? { args: [], files: {} }
    : { args: ["--policy", file], files: { [file]: policy } };
}

/** The policy as TOML; null where there is no rule. */
export function geminiPolicy(
  { allow, deny }: ToolPermissions,
  allowed: Allowed = "allow",
): string | null {
  const rules = [
    ...(allow.length === 0 || allow.includes("*")
      ? []
      : [policyRule({ toolName: "*" }, "deny", PRIORITY.others, "allowed_tools does not name it")]),
    ...allow.flatMap((rule) => policyRules(rule, allowed)),
    ...deny.flatMap((rule) => policyRules(rule, "deny")),
  ];
  return rules.length === 0 ? null : `${rules.join("\n\n")}\n`;
}

function policyRules(text: string, decision: Allowed | "deny"): string[] {
  if (text === "*") {
    return decision === "deny"
      ? [policyRule({ toolName: "*" }, "deny", PRIORITY.deny, "deny *")]
      : [];
  }
  const rule = toolRule(text);
  const toolName = ownNames(rule, "gemini");
  const matched = matchOf(rule);
  if (toolName.length === 0 || matched === null) return [];
  const reason = decision === "deny" ? `deny ${text}` : null;
  const priority = decision === "deny" ? PRIORITY.deny : PRIORITY.allow;
  return [policyRule({ toolName, ...matched }, decision, priority, reason)];
}

type Match = Readonly<Record<string, string | readonly string[]>>;

/** Which calls of a tool a pattern means; null where the policy engine has no words for it. */
function matchOf({ tool, pattern }: ToolRule): Match | null {
  if (pattern === null) return {};
  if (tool !== "shell") return null;
  const prefix = prefixOf(pattern);
  if (prefix !== null) return { commandPrefix: prefix };
  return { commandRegex: `${escaped(pattern).replaceAll("\\*", ".*")}(?=\\s*"|$)` };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function policyRule(
  match: Match,
  decision: Allowed | "deny",
  priority: number,
  reason: string | null,
): string {
  const lines = [
    "[[rule]]",
    ...Object.entries(match).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
    `decision = "${decision}"`,
    `priority = ${priority}`,
    // Without it every redirection of an allowed command is refused.
    ...(decision === "deny" ? [] : ["allowRedirection = true"]),
    ...(reason === null ? [] : [`denyMessage = ${JSON.stringify(reason)}`]),
  ];
  return lines.join("\n");
}

export function enforceByGemini({ action, rule: text }: PermissionRule): string | null {
  if (text === "*") return "--policy";
  const rule = toolRule(text);
  if (rule.tool === null && !isServerTool(rule)) return action === "allow" ? "--policy" : null;
  if (ownNames(rule, "gemini").length === 0) return "it has no such tool";
  return matchOf(rule) === null ? null : "--policy";
}
