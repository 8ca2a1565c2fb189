/** What may stand where the cursor is: the declarations, and what the project has at that moment. */
import { optionsOf } from "../cli/check_call.ts";
import type { Argument, Command, Completion, Option } from "../cli/command.ts";

export interface Candidate {
  readonly value: string;
  readonly summary: string;
}

/** Finds the project's names. `words` are the arguments so far, such as the run whose steps are asked for. */
export type FindCandidates = (
  kind: Completion,
  prefix: string,
  words: readonly string[],
) => Promise<readonly Candidate[]>;

const plain = (value: string): Candidate => ({ value, summary: "" });

async function ofDeclaration(
  declared: Option | Argument,
  prefix: string,
  words: readonly string[],
  lookup: FindCandidates,
): Promise<readonly Candidate[]> {
  if ("choices" in declared && declared.choices !== undefined) {
    const many = "kind" in declared && declared.kind === "choices";
    const head = many ? prefix.slice(0, prefix.lastIndexOf(",") + 1) : "";
    return declared.choices.map((choice) => plain(head + choice));
  }
  if ("kind" in declared && declared.kind === "count") return [plain("all")];
  if ("kind" in declared && (declared.kind === "duration" || declared.kind === "time")) {
    return ["15m", "1h", "24h", "7d"].map(plain);
  }
  if (declared.complete === undefined) return [];
  if (!("isList" in declared) || declared.isList !== true) {
    return await lookup(declared.complete, prefix, words);
  }
  const head = prefix.slice(0, prefix.lastIndexOf(",") + 1);
  const found = await lookup(declared.complete, prefix.slice(head.length), words);
  return found.map((one) => ({ ...one, value: head + one.value }));
}

function optionCandidates(table: Readonly<Record<string, Option>>): Candidate[] {
  const own = Object.entries(table).map(([name, { summary }]) => ({ value: `--${name}`, summary }));
  return [...own, { value: "--help", summary: "Show the help" }];
}

function findOption(table: Readonly<Record<string, Option>>, word: string): Option | undefined {
  if (word.startsWith("--")) return table[word.slice(2)];
  return /^-[a-zA-Z]$/.test(word)
    ? Object.values(table).find((option) => option.short === word[1])
    : undefined;
}

/**
 * Candidates for the last of `words`, which is what the user has begun to type and may be empty; the
 * others stand before it, the program's own name aside.
 */
export async function findCandidates(
  commands: readonly Command[],
  words: readonly string[],
  lookup: FindCandidates,
): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const matching = (candidates: readonly Candidate[]) =>
    candidates.filter(({ value }) => value.startsWith(":") || value.startsWith(current));

  const command = commands.find(({ name }) => before.includes(name));
  if (command === undefined) {
    return matching(
      commands.filter(({ name }) => !name.startsWith("_"))
        .map(({ name, summary }) => ({ value: name, summary })),
    );
  }
  const table = optionsOf(command);
  const behind = before.slice(before.indexOf(command.name) + 1);
  const args: string[] = [];
  let open: Option | undefined;
  let literal = false;
  for (const word of behind) {
    if (open !== undefined) open = undefined;
    else if (word === "--") literal = true;
    else if (literal || !word.startsWith("-")) args.push(word);
    else {
      const option = findOption(table, word);
      if (option !== undefined && option.kind !== "flag") open = option;
    }
  }
  if (open !== undefined) return matching(await ofDeclaration(open, current, args, lookup));
  const equals = current.indexOf("=");
  if (!literal && current.startsWith("--") && equals !== -1) {
    const option = findOption(table, current.slice(0, equals));
    if (option === undefined) return [];
    const typed = current.slice(equals + 1);
    // The shell replaces what stands behind the equals sign.
    return (await ofDeclaration(option, typed, args, lookup)).filter(({ value }) =>
      value.startsWith(":") || value.startsWith(typed)
    );
  }
  if (!literal && current.startsWith("-")) return matching(optionCandidates(table));
  const last = command.args.at(-1);
  const argument = command.args[args.length] ?? (last?.variadic === true ? last : undefined);
  return argument === undefined
    ? []
    : matching(await ofDeclaration(argument, current, args, lookup));
}
