/** What an agent tells of a tool call by the Agent Client Protocol, piece by piece. */
import type { ToolCallUpdate } from "@agentclientprotocol/sdk";
import { relative } from "@std/path";
import { isObject } from "../../event/json.ts";
import { callSummary } from "./agent_verdict.ts";
import { type JsonObject, objectAt, textAt } from "./json_line.ts";
import type { AskedCall } from "./permission_answer.ts";
import { isServerTool, type Tool, toolRule } from "./tool_names.ts";

type Kind = NonNullable<ToolCallUpdate["kind"]>;

/** The tools that a kind may be; of the others nothing is known. */
const TOOLS_OF: Readonly<Partial<Record<Kind, readonly Tool[]>>> = {
  read: ["read"],
  search: ["grep", "glob", "list"],
  edit: ["write", "edit"],
  delete: ["write"],
  move: ["write"],
  execute: ["shell"],
  fetch: ["web_fetch", "web_search"],
  think: ["plan"],
};

/** The newest of everything that was told of one call. */
export class AcpCall implements AskedCall {
  #name: string | null = null;
  #kind: Kind = "other";
  #title = "";
  #input: JsonObject = {};
  readonly #paths = new Set<string>();
  #result = "";
  #missing: string | null = null;

  /** Takes up what an update tells; what it leaves out stays. */
  told(update: ToolCallUpdate): void {
    this.#name = nameIn(update) ?? this.#name;
    this.#kind = update.kind ?? this.#kind;
    this.#missing = missingTool(update) ?? this.#missing;
    const title = update.title ?? "";
    // Before an agent knows what a call is about, it may say the tool for it.
    if (title !== "" && title !== this.#name) this.#title = title;
    if (isObject(update.rawInput)) this.#input = { ...this.#input, ...update.rawInput };
    for (const { path } of update.locations ?? []) this.#paths.add(path);
    for (const part of update.content ?? []) {
      if (part.type === "diff") this.#paths.add(part.path);
      if (part.type === "content" && part.content.type === "text") this.#result = part.content.text;
    }
  }

  get name(): string | null {
    return this.#name;
  }

  get tools(): readonly Tool[] {
    return TOOLS_OF[this.#kind] ?? [];
  }

  get command(): string | null {
    const command = textAt(this.#input, "command") || textAt(this.#input, "cmd");
    if (command !== "") return command;
    return this.#kind === "execute" && this.#title !== "" ? this.#title : null;
  }

  get paths(): readonly string[] {
    const named = ["file_path", "filePath", "filepath", "path"]
      .map((key) => textAt(this.#input, key));
    return [...new Set([...this.#paths, ...named])].filter((path) => path !== "");
  }

  /** The tool, for a person: its name, or else its kind. */
  get tool(): string {
    return this.#name ?? this.#kind;
  }

  /** What it is about, for a person, on one line. */
  summary(workspace: string): string {
    if (this.#kind === "execute") return this.command ?? this.#title;
    const [path] = this.#paths;
    if (path !== undefined) {
      return relative(workspace, path).startsWith("..") || !path.startsWith("/")
        ? path
        : relative(workspace, path);
    }
    return callSummary(this.#input) || this.#title;
  }

  /** Why it failed, as far as it tells. */
  get error(): string {
    return this.#missing ?? (this.#result || "error");
  }

  /** True when the agent does not have the tool, or no longer. */
  get isMissing(): boolean {
    return this.#missing !== null;
  }
}

/** So OpenCode tells of a tool that it does not have, or that its rules took away. */
function missingTool({ title, rawInput }: ToolCallUpdate): string | null {
  return title === "invalid" && isObject(rawInput) ? textAt(rawInput, "error") || null : null;
}

/**
 * The tool's name: the protocol has a place for it that few agents use. Claude's bridge and Gemini CLI tell
 * it elsewhere, and OpenCode as the first title.
 */
function nameIn({ name, title, toolCallId, _meta, kind }: ToolCallUpdate): string | null {
  const told = name ?? textAt(objectAt(_meta ?? {}, "claudeCode"), "toolName");
  if (told !== "") return told;
  const start = /^([a-z]\w*?)(?:__|-\d)/i.exec(toolCallId)?.[1];
  if (start !== undefined && isTool(start)) return start;
  // A title may also be a command, which `list` and `patch` are, too.
  const fits = title != null && isTool(title) &&
    (kind == null || (TOOLS_OF[kind]?.some((tool) => toolRule(title).tool === tool) ?? true));
  return fits ? title : null;
}

function isTool(word: string): boolean {
  const rule = toolRule(word);
  return /^\w+$/.test(word) && (rule.tool !== null || isServerTool(rule));
}
