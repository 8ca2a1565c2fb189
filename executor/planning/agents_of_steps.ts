/** Which agents the steps of a pipeline have, and which of their rules nothing enforces. */
import { asksAgent } from "../language/model/contract.ts";
import { UsageError } from "../../event/errors.ts";
import { unenforcedOf } from "../adapters/unenforced_rules.ts";
import type { Manifest, Permissions } from "../language/model/manifest.ts";
import type { Step } from "../language/model/pipeline.ts";
import { allSteps } from "./planned_steps.ts";

/** Who acts, and on which adapter, where that is not the persona's own. */
interface ActingPersona {
  readonly persona: string | null;
  readonly adapter: string | null;
  /** By which a step narrows those of the persona. */
  readonly permissions?: Permissions | undefined;
}

/** Of a step itself and of those who review it. */
export function personasOf(
  { action, adapter, persona, permissions, contracts }: Step,
): ActingPersona[] {
  const own = action.kind === "prompt" ? [{ persona, adapter, permissions }] : [];
  const reviews = contracts.flatMap((contract) =>
    asksAgent(contract) ? [{ persona: contract.persona, adapter: null }] : []
  );
  return [...own, ...reviews];
}

/** Those that act when its own agent's model cannot be had. */
function fallbacksOf({ persona, permissions, fallback = [], isChosen }: Step): ActingPersona[] {
  if (isChosen === true) return [];
  return fallback.flatMap(({ adapter }) =>
    adapter === null ? [] : [{ persona, adapter, permissions }]
  );
}

/**
 * A sentence for each persona of the steps that has rules which its agent cannot keep:
 * `critic: codex cannot enforce deny Bash(git push*)`.
 */
export function unenforcedIn(steps: readonly Step[], manifest: Manifest): string[] {
  const all = [...allSteps(steps)].flatMap((step) => [...personasOf(step), ...fallbacksOf(step)]);
  const sentences = all.flatMap((acting) => {
    const { persona, adapter, permissions } = acting;
    const found = unenforcedOf(manifest, persona, adapter, permissions);
    if (found === null) return [];
    const who = persona === null ? "" : `${persona}: `;
    return [`${who}${found.adapter} cannot enforce ${found.rules.join(", ")}`];
  });
  return [...new Set(sentences)];
}

/**
 * With `runtime.strict_permissions`, refuses steps whose rules are not enforced.
 *
 * @throws {UsageError} `permissions_not_enforced`.
 */
export function checkPermissions(steps: readonly Step[], manifest: Manifest): void {
  if (!manifest.runtime.strictPermissions) return;
  const [first, ...others] = unenforcedIn(steps, manifest);
  if (first === undefined) return;
  throw new UsageError(
    "permissions_not_enforced",
    `Cannot run with strict_permissions: ${[first, ...others].join("; ")}`,
    { hint: "choose rules that the agent can keep, or another adapter: wave list personas" },
  );
}
