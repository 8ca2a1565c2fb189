/** Which tools a persona's agent may use. */
import type { AdapterSpec, Persona } from "../language/model/manifest.ts";
import type { ToolPermissions } from "./adapter.ts";

/** The persona's rules; the adapter's own allowances where it has none, and all that either denies. */
export function permissionsOf(
  spec: AdapterSpec | undefined,
  persona: Persona | undefined,
): ToolPermissions {
  const allow = persona?.permissions.allowedTools ?? [];
  return {
    allow: allow.length > 0 ? allow : spec?.defaultPermissions.allowedTools ?? [],
    deny: [...spec?.defaultPermissions.deny ?? [], ...persona?.permissions.deny ?? []],
  };
}
