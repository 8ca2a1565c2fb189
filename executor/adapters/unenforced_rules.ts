/** Which rules of a persona nothing enforces. */
import type { Enforce, PermissionRule, ToolPermissions } from "./adapter.ts";
import { adapterFor } from "./known_adapters.ts";
import { permissionsOf } from "./tool_permissions.ts";
import type { Manifest, Permissions } from "../language/model/manifest.ts";

function rulesOf({ allow, deny }: ToolPermissions): PermissionRule[] {
  return [
    ...allow.map((rule) => ({ action: "allow", rule }) as const),
    ...deny.map((rule) => ({ action: "deny", rule }) as const),
  ];
}

/** The rules that an agent cannot keep, as a person reads them: `deny Bash(git push*)`. */
export function unenforcedRules(enforce: Enforce, permissions: ToolPermissions): string[] {
  const unkept = rulesOf(permissions).filter((rule) => enforce(rule, permissions) === null);
  return [...new Set(unkept.map(({ action, rule }) => `${action} ${rule}`))];
}

/**
 * Of a persona on its own adapter, or on another one; nothing of what the manifest does not have.
 *
 * @param adapter the one that a step names instead of the persona's.
 * @param step the rules by which a step narrows the persona's.
 * @throws {OperationError} `no_tools_left`.
 */
export function unenforcedOf(
  { adapters, personas }: Pick<Manifest, "adapters" | "personas">,
  persona: string | null,
  adapter?: string | null,
  step?: Permissions,
): { readonly adapter: string; readonly rules: readonly string[] } | null {
  const who = persona === null ? undefined : personas[persona];
  const name = adapter ?? who?.adapter;
  const spec = name === undefined ? undefined : adapters[name];
  if (spec === undefined) return null;
  const rules = unenforcedRules(adapterFor(spec).enforce, permissionsOf(spec, who, step));
  return rules.length === 0 ? null : { adapter: spec.name, rules };
}
