/** Codex, `codex exec --json`: items that start and complete, and turns with their token usage. */
import { type ModelUsage, noUsage, tokensOfModels, usageSince } from "../pricing/model_usage.ts";
import type { StepExit } from "../processes/exit.ts";
import type {
  AdapterSettings,
  AgentEvent,
  Interpreter,
  ProgramAdapter,
  Verdict,
} from "./adapter.ts";
import { eventReader } from "./json_events.ts";
import { countAt, type JsonObject, jsonObject, objectAt, objectsAt, textAt } from "./json_line.ts";
import { codexPermissions, enforceByCodex } from "./codex_permissions.ts";
import type { Transcript } from "./transcript.ts";
import { programAdapter } from "./program_adapter.ts";
import {
  callSummary,
  exitError,
  MAX_TEXT,
  option,
  withoutResult,
  withSystemPrompt,
} from "./agent_verdict.ts";

export function codexAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    (session) => new CodexInterpreter(session?.used ?? null),
    enforceByCodex,
    ({ prompt, systemPrompt, model, permissions, gitFolders = [], session }) => ({
      args: [
        ...["exec", "--json", "--skip-git-repo-check"],
        ...codexPermissions(permissions, gitFolders),
        ...["analytics.enabled", "features.plugins", "features.apps"]
          .flatMap((setting) => ["-c", `${setting}=false`]),
        ...option("-m", model),
        ...(session ? ["resume", session.id] : []),
        // Read the prompt from stdin.
        "-",
      ],
      stdin: withSystemPrompt(systemPrompt, prompt),
      env: {},
    }),
  );
}

class CodexInterpreter implements Interpreter {
  #text = "";
  #error: string | null = null;
  #ended = false;
  /** Of the whole session. */
  #used: ModelUsage;
  #searched = false;
  #model: string | null = null;
  #version = "";

  /** What the session had used before, which codex counts in. */
  readonly #before: ModelUsage;
  readonly #startedAt = Date.now();

  constructor(before: ModelUsage | null) {
    this.#before = before ?? noUsage(null);
    this.#used = this.#before;
  }

  /** Of this attempt alone. */
  #tokens() {
    const usage = { ...usageSince(this.#used, this.#before), model: this.#model };
    const models = [this.#searched ? { ...usage, more: true as const } : usage];
    return { tokens: tokensOfModels(models), models };
  }

  #thread = "";
  /** Commands that it told of by itself. */
  readonly #told = new Set<string>();
  /** Of its transcript, by id. */
  readonly #commands = new Map<string, string>();

  readonly line = eventReader({
    "thread.started": (event) => {
      this.#thread = textAt(event, "thread_id");
      return [];
    },
    "item.started": (event) => toolCalls(objectAt(event, "item"), "item.started"),
    "item.completed": (event) => {
      const item = objectAt(event, "item");
      if (item["type"] !== "agent_message") {
        const calls = toolCalls(item, "item.completed");
        // The service takes a price for each of them.
        this.#searched ||= item["type"] === "web_search";
        for (const call of calls) if (call.kind === "call") this.#told.add(call.message);
        return calls;
      }
      this.#text = textAt(item, "text").slice(0, MAX_TEXT);
      return [{ kind: "text", text: textAt(item, "text") }];
    },
    "turn.started": () => {
      this.#ended = false;
      return [];
    },
    "turn.completed": (event) => {
      this.#ended = true;
      this.#used = usageOf(objectAt(event, "usage"));
      return [{ kind: "tokens", ...this.#tokens() }];
    },
    "turn.failed": (event) => {
      this.#ended = false;
      this.#error = plain(textAt(objectAt(event, "error"), "message")) || "the turn failed";
      return [];
    },
    error: (event) => {
      const message = plain(textAt(event, "message")) || "the agent failed";
      this.#error = message;
      return [{ kind: "trouble", message }];
    },
  });

  transcript(env: Readonly<Record<string, string>>): Transcript | null {
    const home = env["CODEX_HOME"] ?? (env["HOME"] === undefined ? "" : `${env["HOME"]}/.codex`);
    if (this.#thread === "" || home === "") return null;
    return { folder: `${home}/sessions`, ending: `${this.#thread}.jsonl` };
  }

  readonly transcriptLine = eventReader({
    event_msg: (event) => {
      const payload = objectAt(event, "payload");
      if (payload["type"] !== "token_count") return [];
      const usage = usageOf(objectAt(objectAt(payload, "info"), "total_token_usage"));
      if (usage.input + usage.output <= this.#used.input + this.#used.output) return [];
      this.#used = usage;
      return [{ kind: "tokens", ...this.#tokens() }];
    },
    session_meta: (event) => {
      this.#version = textAt(objectAt(event, "payload"), "cli_version") || this.#version;
      return [];
    },
    turn_context: (event) => {
      this.#model = textAt(objectAt(event, "payload"), "model") || this.#model;
      return [];
    },
    response_item: (event) => {
      if (Date.parse(textAt(event, "timestamp")) < this.#startedAt) return [];
      const payload = objectAt(event, "payload");
      const id = textAt(payload, "call_id");
      if (payload["type"] === "function_call") {
        const args = jsonObject(textAt(payload, "arguments")) ?? {};
        this.#commands.set(id, callSummary(args));
        return [];
      }
      if (payload["type"] !== "function_call_output") return [];
      const message = this.#commands.get(id) ?? "";
      const refused = DENIED.test(textAt(payload, "output"));
      return refused && !this.#told.has(message)
        ? [{ kind: "refused", tool: "Bash", message }]
        : [];
    },
  });

  answered(): boolean {
    return this.#ended;
  }

  verdict(exit: StepExit): Verdict {
    const used = this.#tokens();
    const known = {
      ...used.tokens.total > 0 ? used : { tokens: null },
      ...this.#version === "" ? {} : { version: this.#version },
    };
    // An error that it got over, such as a lost connection, is followed by the end of the turn.
    if (this.#ended) {
      const session = this.#thread === ""
        ? {}
        : { session: { id: this.#thread, used: this.#used } };
      return { text: this.#text, error: exitError(exit), ...known, ...session };
    }
    return withoutResult(exit, { text: this.#text, error: this.#error, ...known });
  }
}

function usageOf(usage: JsonObject): ModelUsage {
  return {
    model: null,
    input: countAt(usage, "input_tokens"),
    cacheRead: countAt(usage, "cached_input_tokens"),
    cacheWrite: countAt(usage, "cache_write_input_tokens"),
    output: countAt(usage, "output_tokens"),
  };
}

/** The message within the answer of an API, which it passes on as JSON. */
function plain(message: string): string {
  return textAt(objectAt(jsonObject(message) ?? {}, "error"), "message") || message;
}

function toolCalls(item: JsonObject, event: "item.started" | "item.completed"): AgentEvent[] {
  const type = textAt(item, "type");
  const id = textAt(item, "id");
  if (type === "error") {
    return event === "item.completed"
      ? [{ kind: "warning", message: textAt(item, "message") }]
      : [];
  }
  const call = callOf(item, type);
  if (call === null) return [];
  if (event === "item.started") return [{ kind: "call", id, ...call }];
  const failed = item["status"] === "failed" || item["status"] === "declined";
  const code = countAt(item, "exit_code");
  const output = textAt(item, "aggregated_output").trim().split("\n").at(-1) ?? "";
  const error = failed || code > 0
    ? [code > 0 ? `exit code ${code}` : "failed", output].filter((text) => text !== "").join(": ")
    : null;
  const refused = item["status"] === "declined" || (error !== null && DENIED.test(error));
  // A change of files has a beginning in some versions only.
  return [{ kind: "call", id, ...call }, { kind: "result", id, error, refused }];
}

/** What its sandbox lets a command say. */
const DENIED =
  /Read-only file system|Operation not permitted|Permission denied|CreateProcess .*Rejected/;

function callOf(item: JsonObject, type: string): { tool: string; message: string } | null {
  switch (type) {
    case "file_change": {
      const paths = objectsAt(item, "changes").map((change) => textAt(change, "path"));
      return { tool: "Edit", message: paths.join(", ") };
    }
    case "command_execution": {
      const command = /^\S*sh -l?c (['"])(.*)\1$/s.exec(textAt(item, "command"));
      return { tool: "Bash", message: command?.[2] ?? callSummary(item) };
    }
    case "mcp_tool_call":
      return { tool: textAt(item, "tool"), message: "" };
    case "web_search":
      return { tool: "WebSearch", message: callSummary(item) };
    default:
      return null;
  }
}
