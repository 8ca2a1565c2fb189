/** The JSON Schema of what a tool takes, from the declaration of its command. */
import type { JsonObject } from "../../event/json.ts";
import type { Argument, Command, Option } from "../cli/command.ts";
import type { Exposed } from "./exposed_commands.ts";

/** The options that a tool has. */
export function toolOptions(
  command: Command,
  { without }: Exposed,
  allowSelf: boolean,
): [name: string, option: Option][] {
  return Object.entries(command.options)
    // How it is printed is no question of a tool.
    .filter(([name]) => name !== "format" && !without.includes(name))
    .filter(([name]) => name !== "allow-self" || allowSelf);
}

const text: JsonObject = { type: "string" };

function shapeOf(option: Option): JsonObject {
  switch (option.kind) {
    case "flag":
      return { type: "boolean" };
    case "text":
      return text;
    case "texts":
      return { type: "array", items: text };
    case "integer":
      return { type: "integer", minimum: option.min ?? 0 };
    case "amount":
      return { type: "number", exclusiveMinimum: 0 };
    case "count":
      return { anyOf: [{ type: "integer", minimum: 0 }, { const: "all" }] };
    case "duration":
      return { ...text, examples: ["90s", "15m", "1h30m"] };
    case "time":
      return { ...text, examples: ["2h", "2026-02-02T14:30:00Z"] };
    case "choice":
      return { ...text, enum: option.choices };
    case "choices":
      return { type: "array", items: { ...text, enum: option.choices } };
  }
}

function described(option: Option): string {
  if (option.kind === "time") return `${option.summary}: a time, or that long ago`;
  return option.summary;
}

function argumentShape({ choices, variadic, summary }: Argument): JsonObject {
  const one = choices === undefined ? text : { ...text, enum: choices };
  return { ...variadic === true ? { type: "array", items: one } : one, description: summary };
}

/**
 * An object with a key for each argument and option. Where an argument and an option have one name they
 * mean the same, and are one key.
 */
export function toolInput(command: Command, exposed: Exposed, allowSelf: boolean): JsonObject {
  const options = toolOptions(command, exposed, allowSelf)
    .map(([name, option]) => [name, { ...shapeOf(option), description: described(option) }]);
  const args = command.args.map((argument) => [argument.name, argumentShape(argument)]);
  const required = command.args.filter((argument) => argument.required === true)
    .map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries([...options, ...args]),
    ...required.length === 0 ? {} : { required },
    additionalProperties: false,
  };
}
