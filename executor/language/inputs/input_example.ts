/** How a pipeline is called with its inputs, for hints. */
import type { InputSpec, NamedInput } from "../model/input_spec.ts";
import { parseJson } from "../../../event/json.ts";
import { textOf } from "../template/template.ts";

/** The example that the file gives, in one line; null without one. */
export function exampleOf({ example }: InputSpec): string | null {
  return example === null || example.trim() === "" ? null : example.trim().split("\n")[0] ?? null;
}

/** `wave run p --set owner=… --set count=3`, or with the example of its one input. */
export function callWith(name: string, input: InputSpec): string {
  const example = exampleOf(input);
  if (input.named === null) return `wave run ${name} ${word(example ?? "…")}`;
  if (example !== null) {
    return `wave run ${name} ${example.startsWith("-") ? example : word(example)}`;
  }
  const required = input.named.filter((each) => each.required);
  const shown = required.length > 0 ? required : input.named;
  return [
    "wave run",
    name,
    ...shown.map((each) => `--set ${word(`${each.name}=${valueOf(each)}`)}`),
  ]
    .join(" ");
}

function valueOf({ values, default: value }: NamedInput): string {
  const [first] = values ?? [];
  if (first !== undefined) return textOf(first);
  return value === null ? "…" : textOf(parseJson(value));
}

/** A word of a shell, in quotes where it needs them. */
function word(text: string): string {
  if (/^[\w=.,:/@%+…-]+$/.test(text)) return text;
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}
