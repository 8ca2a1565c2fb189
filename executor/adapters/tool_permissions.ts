/** Which tools a persona's agent may use, in a step that may narrow that. */
import { OperationError } from "../../event/errors.ts";
import type { AdapterSpec, Permissions, Persona } from "../language/model/manifest.ts";
import type { ToolPermissions } from "./adapter.ts";

/**
 * The persona's rules; the adapter's own allowances where it has none, and all that either denies. A step
 * narrows them: it denies more, and of what is allowed leaves what it allows, too.
 *
 * @throws {OperationError} `no_tools_left` when a step leaves nothing that the persona allows: a list of
 * nothing would say that all is allowed.
 */
export function permissionsOf(
  spec: AdapterSpec | undefined,
  persona: Persona | undefined,
  step?: Permissions,
): ToolPermissions {
  const own = persona?.permissions.allowedTools ?? [];
  const allow = own.length > 0 ? own : spec?.defaultPermissions.allowedTools ?? [];
  const deny = [...spec?.defaultPermissions.deny ?? [], ...persona?.permissions.deny ?? []];
  if (step === undefined) return { allow, deny };
  const left = bothAllow(allow, step.allowedTools);
  if (left.length === 0 && allow.length + step.allowedTools.length > 0) {
    throw new OperationError(
      "no_tools_left",
      `the step allows nothing that ${persona?.name ?? "its adapter"} is allowed`,
      { hint: `it may allow ${allow.join(", ")}, or less of these` },
    );
  }
  return { allow: left, deny: [...deny, ...step.deny] };
}

/** Of two allow lists what both allow; an empty one is none. */
function bothAllow(one: readonly string[], other: readonly string[]): string[] {
  if (one.length === 0 || other.length === 0) return [...one, ...other];
  const within = (list: readonly string[], wider: readonly string[]) =>
    list.filter((rule) => wider.some((other) => covers(other, rule)));
  return [...new Set([...within(other, one), ...within(one, other)])];
}

/** True when a rule allows all that another one does: `Bash` and `Bash(*)` do so of `Bash(git log*)`. */
function covers(wide: string, rule: string): boolean {
  if (wide === rule) return true;
  const [tool = "", pattern = "*)"] = wide.split(/\((.*)/s);
  return tool === rule.split("(", 1)[0] && pattern === "*)";
}
