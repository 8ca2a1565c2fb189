/** The tools of the server: the commands that may be called, and a call of one. */
import type {
  CallToolResult,
  ServerContext,
  StandardSchemaWithJSON,
} from "@modelcontextprotocol/server";
import { parseDuration } from "../../event/duration.ts";
import { NotFoundError, WaveError } from "../../event/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../event/json.ts";
import type { RawCall } from "../cli/check_call.ts";
import type { Command, Context } from "../cli/command.ts";
import { bounded } from "./bounded_result.ts";
import { capturedCall, errorJson, printedJson } from "./captured_call.ts";
import { EXPOSED, type Exposed, LONGEST_WAIT, LONGEST_WAIT_MS } from "./exposed_commands.ts";
import { toolInput } from "./tool_input.ts";
import { toolWords } from "./tool_words.ts";

/** What a server was started with. */
export interface Granted {
  readonly allow: ReadonlySet<string>;
  readonly allowSelf: boolean;
}

/** A command that is a tool of this server. */
export interface ServedTool {
  readonly command: Command;
  readonly exposed: Exposed;
  readonly input: JsonObject;
}

/** Those that read, and those that are allowed. */
export function toolsOf(
  commands: readonly Command[],
  { allow, allowSelf }: Granted,
): readonly ServedTool[] {
  return commands.flatMap((command) => {
    const exposed = Object.hasOwn(EXPOSED, command.name) ? EXPOSED[command.name] : undefined;
    if (exposed === undefined) return [];
    if (!exposed.effects.readOnlyHint && !allow.has(command.name)) return [];
    return { command, exposed, input: toolInput(command, exposed, allowSelf) };
  });
}

/** What a tool tells of itself. */
export function descriptionOf({ command, exposed }: ServedTool): string {
  const more = exposed.about ?? command.description;
  return more === undefined ? `${command.summary}.` : `${command.summary}. ${more}`;
}

/** A schema that is only shown: the command checks what it is given, and says so with code and hint. */
export function shownSchema(schema: JsonObject): StandardSchemaWithJSON<unknown> {
  return {
    "~standard": {
      version: 1,
      vendor: "wave",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => ({ ...schema }), output: () => ({ ...schema }) },
    },
  };
}

/** As the words say, but in the background, and not longer than a client waits; `client` is who calls. */
export function fittedCall({ name }: Command, raw: RawCall, client: string): RawCall {
  const { options } = raw;
  const put = (more: RawCall["options"]) => ({ ...raw, options: { ...options, ...more } });
  const isPlan = options["dry-run"] === true || options["plan"] === true;
  if ((name === "run" || name === "resume") && !isPlan) return put({ detach: true });
  // An agent must not pass for the person whose account it uses.
  if (name === "approve") return put({ by: `${options["by"] ?? client}, over MCP` });
  if (name !== "wait" && (name !== "cancel" || options["wait"] !== true)) return raw;
  const { timeout } = options;
  // One that is no duration is the command's to refuse.
  const ms = typeof timeout === "string" ? parseDuration(timeout) : Infinity;
  return ms !== null && ms > LONGEST_WAIT_MS ? put({ timeout: LONGEST_WAIT }) : raw;
}

function result(json: JsonObject, notes: string): CallToolResult {
  const { json: structuredContent, cuts } = bounded(json);
  const cut = cuts.length === 0
    ? ""
    : `cut to fit: ${cuts.join("; ")}. Narrow the call, or type the command in a shell for all.\n`;
  const note = notes + cut;
  return {
    content: [
      { type: "text", text: JSON.stringify(structuredContent) },
      ...note === "" ? [] : [{ type: "text" as const, text: note }],
    ],
    structuredContent: { ...structuredContent },
    ...isObject(json["error"]) ? { isError: true } : {},
  };
}

export interface CallOptions {
  readonly allowSelf: boolean;
  /** Who calls, as the client names itself. */
  readonly client: string;
  readonly signal: AbortSignal;
}

/** Calls a tool. Never throws: an error is a result with its code and hint. */
export async function callTool(
  context: Context,
  { command, exposed }: ServedTool,
  given: unknown,
  { allowSelf, client, signal }: CallOptions,
): Promise<CallToolResult> {
  try {
    const raw = toolWords(command, exposed, isObject(given) ? given : {}, allowSelf);
    const { args, options } = fittedCall(command, raw, client);
    const call = { args, options: { ...options, format: "json" } };
    const captured = await capturedCall(context, command, call, signal);
    return result(printedJson(captured), captured.stderr);
  } catch (error) {
    if (!(error instanceof WaveError)) throw error;
    const json = parseJson(errorJson(error));
    return result(isObject(json) ? json : {}, "");
  }
}

/** The JSON Schemas that `wave schema` prints, by name. */
export async function printedSchemas(
  context: Context,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<JsonObject> {
  const schema = commandNamed(commands, "schema");
  const call = { args: [], options: { format: "json" } };
  const { schemas } = printedJson(await capturedCall(context, schema, call, signal));
  return isObject(schemas) ? schemas : {};
}

/** @throws {NotFoundError} for a name that no command has: a fault of this program. */
export function commandNamed(commands: readonly Command[], name: string): Command {
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new NotFoundError("unknown_command", `There is no ${name}`);
  return command;
}

/** Aborted when the server ends, or when the client takes back its request. */
export function signalOf(end: AbortSignal, { mcpReq }: ServerContext): AbortSignal {
  return AbortSignal.any([end, mcpReq.signal]);
}
