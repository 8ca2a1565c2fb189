/** From the arguments of a tool to the words of a call: the command checks those as if they had been typed. */
import { UsageError } from "../../event/errors.ts";
import { suggest } from "../../event/closest.ts";
import type { JsonObject } from "../../event/json.ts";
import type { RawCall } from "../cli/check_call.ts";
import type { Command, Option } from "../cli/command.ts";
import { type Exposed } from "./exposed_commands.ts";
import { toolOptions } from "./tool_input.ts";

function unfit(name: string, value: unknown, expected: string): UsageError {
  const shown = JSON.stringify(value).slice(0, 60);
  return new UsageError("bad_value", `Cannot use ${shown} as ${name}: expected ${expected}`);
}

function word(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  // Many a model writes a number where a text is meant, and the other way round.
  if (typeof value === "number") return String(value);
  throw unfit(name, value, "a text");
}

/** One text is a list of one. */
function words(name: string, value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map((each) => word(name, each));
}

function optionWords(
  name: string,
  { kind, complete }: Option,
  value: unknown,
): string | string[] | true | undefined {
  if (kind === "flag") {
    if (typeof value !== "boolean") throw unfit(name, value, "true or false");
    return value ? true : undefined;
  }
  if (kind === "texts") return words(name, value);
  if (kind === "choices") return words(name, value).join(",");
  const only = word(name, value);
  if (complete === "file" && only === "-") {
    throw new UsageError(
      "bad_value",
      `Cannot use "-" as ${name}: standard input is the protocol's`,
      {
        hint: "name a file",
      },
    );
  }
  return only;
}

/** Those that are given, in their order; none may be left out before one that is given. */
function argumentWords(command: Command, own: ReadonlySet<string>, given: JsonObject): string[] {
  const args: string[] = [];
  let missing: string | null = null;
  for (const { name, variadic } of command.args) {
    const value = own.has(name) ? undefined : given[name] ?? undefined;
    if (value === undefined) {
      missing ??= own.has(name) ? null : name;
      continue;
    }
    if (missing !== null) {
      throw new UsageError("missing_argument", `Cannot take ${name} without ${missing}`, {
        hint: `give ${missing}, too`,
      });
    }
    args.push(...variadic === true ? words(name, value) : [word(name, value)]);
  }
  return args;
}

/**
 * The words of a call of `command`. A value of null is one that is not given.
 *
 * @throws {UsageError} `unknown_option`, `bad_value`, `missing_argument`.
 */
export function toolWords(
  command: Command,
  exposed: Exposed,
  given: JsonObject,
  allowSelf: boolean,
): RawCall {
  const options = new Map(toolOptions(command, exposed, allowSelf));
  const known = [...options.keys(), ...command.args.map(({ name }) => name)];
  const found: Record<string, string | readonly string[] | true> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!known.includes(name)) {
      const meant = suggest(name, known);
      throw new UsageError("unknown_option", `Cannot use "${name}": ${command.name} has no such`, {
        hint: meant === null ? `it takes ${known.join(", ")}` : `did you mean "${meant}"?`,
      });
    }
    const option = options.get(name);
    if (option === undefined || value === null || value === undefined) continue;
    const read = optionWords(name, option, value);
    if (read !== undefined) found[name] = read;
  }
  return { args: argumentWords(command, new Set(options.keys()), given), options: found };
}
