/** Codex, `codex exec --json`: items that start and complete, and turns with their token usage. */
import type { Tokens } from "../../event/event.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
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
  tokensOf,
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
  #input = 0;
  #output = 0;

  /** What the session had used before, which codex counts in. */
  readonly #before: Tokens;
  readonly #startedAt = Date.now();

  constructor(before: Tokens | null) {
    this.#before = before ?? NO_TOKENS;
    this.#input = this.#before.input;
    this.#output = this.#before.output;
  }

  /** Of this attempt alone. */
  #tokens(): Tokens {
    return tokensOf(this.#input - this.#before.input, this.#output - this.#before.output);
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
      const usage = objectAt(event, "usage");
      this.#input = countAt(usage, "input_tokens");
      this.#output = countAt(usage, "output_tokens");
      return [{ kind: "tokens", tokens: this.#tokens() }];
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
      const usage = objectAt(objectAt(payload, "info"), "total_token_usage");
      const [input, output] = [countAt(usage, "input_tokens"), countAt(usage, "output_tokens")];
      if (input + output <= this.#input + this.#output) return [];
      [this.#input, this.#output] = [input, output];
      return [{ kind: "tokens", tokens: this.#tokens() }];
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
    const tokens = this.#tokens().total > 0 ? this.#tokens() : null;
    // An error that it got over, such as a lost connection, is followed by the end of the turn.
    if (this.#ended) {
      const used = tokensOf(this.#input, this.#output);
      const session = this.#thread === "" ? {} : { session: { id: this.#thread, used } };
      return { text: this.#text, error: exitError(exit), tokens, ...session };
    }
    return withoutResult(exit, { text: this.#text, error: this.#error, tokens });
  }
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
