/** The same call once more, for a process of its own. */
import type { Context, Option, Options, Outcome, Values } from "../cli/command.ts";
import { safeLine } from "../output/safe_text.ts";

/** Handed over otherwise, or of no use where nobody looks on. */
const OWN: ReadonlySet<string> = new Set(["detach", "input", "input-file", "plain"]);

function words(name: string, { kind }: Option, value: unknown): string[] {
  if (value === undefined || value === false) return [];
  if (value === true) return [`--${name}`];
  if (kind === "duration") return [`--${name}=${Math.ceil(Number(value) / 1000)}s`];
  if (kind === "amount") return [`--${name}=${decimal(Number(value))}`];
  if (kind === "choices" && Array.isArray(value)) return [`--${name}=${value.join(",")}`];
  return (Array.isArray(value) ? value : [value]).map((each) => `--${name}=${each}`);
}

/** As an option takes it, which knows no `1e-7`; nine decimals are the finest. */
function decimal(amount: number): string {
  return amount.toFixed(9).replace(/\.?0+$/, "");
}

/** The options of a call as words, but for those that only the first process needs. */
export function optionArguments<O extends Options>(declared: O, values: Values<O>): string[] {
  return Object.entries(declared).flatMap(([name, option]) =>
    OWN.has(name) ? [] : words(name, option, values[name])
  );
}

/** Starts the call in a process of its own; resolves once its run is recorded. `input` goes to its stdin. */
export async function detachedOutcome(
  context: Context,
  args: readonly string[],
  input: string | undefined,
): Promise<Outcome> {
  const { startDetached } = await import("./detach.ts");
  // It is no news that nobody reads on.
  const id = await startDetached([...args, "--format=json", "--quiet"], {
    cwd: context.cwd,
    input,
    showError: (text) => context.stderr.write(text),
  });
  return { json: { run_id: id, detached: true }, text: () => `${safeLine(id)}\n` };
}
