/** What a person is told of the secrets in an artifact that wave itself writes. */
import type { RunContext } from "../run/run_context.ts";
import type { Step } from "../language/model/pipeline.ts";

/** Says how many secrets were replaced, or kept because `raw: true` asks for it; nothing of none. */
export function tellSecrets(
  context: RunContext,
  { id, persona }: Step,
  artifact: { readonly name: string; readonly raw: boolean },
  count: number,
): void {
  if (count === 0) return;
  const secrets = count === 1 ? "1 secret" : `${count} secrets`;
  if (!artifact.raw) {
    const message =
      `${secrets} redacted in artifact ${artifact.name}; \`raw: true\` would keep what came`;
    return context.warn(id, message, persona);
  }
  context.emit({
    state: "tool",
    level: "info",
    step_id: id,
    persona,
    message: `${secrets} kept in artifact ${artifact.name}, as \`raw: true\` asks for`,
    data: { artifact: artifact.name, secrets: count },
  });
}
