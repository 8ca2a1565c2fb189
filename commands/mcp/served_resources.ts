/** The resources of the server: texts about wave, and what runs have made. */
import skillText from "../../docs/skill/SKILL.md" with { type: "text" };
import pipelinesText from "../../docs/pipelines.md" with { type: "text" };
import { isObject, type JsonObject } from "../../event/json.ts";
import type { Command, Context } from "../cli/command.ts";
import { capturedCall, printedJson } from "./captured_call.ts";
import { commandNamed } from "./served_tools.ts";

export interface FixedResource {
  readonly uri: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType: string;
  readonly text: string;
}

const schemaText = (schema: unknown): string => JSON.stringify(schema, null, 2);

/** @param schemas those that `wave schema` prints. */
export function fixedResources(schemas: JsonObject): readonly FixedResource[] {
  return [
    {
      uri: "wave://docs/skill",
      name: "skill",
      description: "How a coding agent works with runs: commands, exit codes, what never to do",
      mimeType: "text/markdown",
      text: skillText,
    },
    {
      uri: "wave://docs/pipelines",
      name: "pipelines",
      description: "The language of pipeline files and of the manifest, every key of it",
      mimeType: "text/markdown",
      text: pipelinesText,
    },
    ...(["pipeline", "manifest"] as const).map((name) => ({
      uri: `wave://schemas/${name}`,
      name: `${name}-schema`,
      description: `The JSON Schema of ${name === "pipeline" ? "pipeline files" : "wave.yaml"}`,
      mimeType: "application/schema+json",
      text: schemaText(schemas[name]),
    })),
  ];
}

/** A resource that cannot be read, as the error of its command tells it. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  constructor(json: JsonObject) {
    const { code, message, hint } = isObject(json["error"]) ? json["error"] : json;
    super(`${message} (${code})${hint === undefined ? "" : `; ${hint}`}`);
  }
}

/** So many runs, the newest, are listed with their reports; any other can be named. */
const LISTED_RUNS = 10;

export interface ListedReport {
  readonly uri: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType: string;
}

/** The reports of the newest runs; none where there is no project. */
export async function newestReports(
  context: Context,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<readonly ListedReport[]> {
  const call = { args: ["runs"], options: { limit: String(LISTED_RUNS), format: "json" } };
  const { runs } = printedJson(
    await capturedCall(context, commandNamed(commands, "list"), call, signal),
  );
  return (Array.isArray(runs) ? runs : []).filter(isObject).map(({ id, status, input }) => ({
    uri: `wave://runs/${encodeURIComponent(String(id))}/report`,
    name: String(id),
    description: `${status}${input === "" ? "" : `, of ${JSON.stringify(input).slice(0, 60)}`}`,
    mimeType: "text/markdown",
  }));
}

async function json(
  context: Context,
  command: Command,
  args: string[],
  options: Record<string, string>,
  signal: AbortSignal,
): Promise<JsonObject> {
  const call = { args, options: { ...options, format: "json" } };
  const printed = printedJson(await capturedCall(context, command, call, signal));
  if (isObject(printed["error"])) throw new Unreadable(printed);
  return printed;
}

/**
 * How a run went and, unless it completed, why: Markdown.
 *
 * @throws {Unreadable} where there is no such run.
 */
export async function runReport(
  context: Context,
  commands: readonly Command[],
  run: string,
  signal: AbortSignal,
): Promise<string> {
  const status = commandNamed(commands, "status");
  const { pipelines } = await json(context, status, [run], {}, signal);
  const [first] = Array.isArray(pipelines) ? pipelines : [];
  const text = async (command: Command, options: Record<string, string>) =>
    (await capturedCall(context, command, { args: [run], options }, signal)).stdout;
  const page = await text(status, { format: "markdown" });
  if (isObject(first) && first["status"] === "completed") return page;
  const why = await text(commandNamed(commands, "why"), {});
  return why === "" ? page : `${page}\n${why.trimEnd().replace(/^/gm, "    ")}\n`;
}

/** Larger ones are read where they lie. */
const MOST_BYTES = 256 * 1024;

/**
 * The content of an artifact as its step recorded it, verified.
 *
 * @throws {Unreadable} where there is none, it is too large, missing or changed.
 */
export async function artifactContent(
  context: Context,
  commands: readonly Command[],
  { run, step, name }: { run: string; step: string; name: string },
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const command = commandNamed(commands, "artifacts");
  const { artifacts } = await json(context, command, [run], { step }, signal);
  const found = (Array.isArray(artifacts) ? artifacts : []).filter(isObject)
    .find((artifact) => artifact["name"] === name);
  const refuse = (code: string, message: string) => new Unreadable({ code, message });
  if (found === undefined) {
    throw refuse("artifact_not_found", `Cannot find artifact "${name}" of ${step} in ${run}`);
  }
  if (found["state"] !== "ok") {
    throw refuse("artifact_changed", `Cannot read "${name}": it is ${found["state"]}`);
  }
  if (Number(found["size_bytes"]) > MOST_BYTES) {
    throw refuse("artifact_too_large", `Cannot send "${name}": read the file ${found["path"]}`);
  }
  const folder = await Deno.makeTempDir({ prefix: "wave-mcp-" });
  try {
    const options = { step, export: folder };
    const { exported } = await json(context, command, [run], options, signal);
    const end = String(found["path"]).split("/").slice(4).join("/");
    const file = (Array.isArray(exported) ? exported : []).map(String)
      .find((path) => path === `${folder}/${step}/${end}`);
    if (file === undefined) throw refuse("artifact_unreadable", `Cannot read "${name}"`);
    return await Deno.readFile(file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
