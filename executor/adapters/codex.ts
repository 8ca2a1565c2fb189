/** Codex, `codex exec --json`: items that start and complete, and turns with their token usage. */
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
    () => new CodexInterpreter(),
    enforceByCodex,
    ({ prompt, systemPrompt, model, permissions, gitFolders = [] }) => ({
      args: [
        ...["exec", "--json", "--skip-git-repo-check"],
        ...codexPermissions(permissions, gitFolders),
        ...["analytics.enabled", "features.plugins", "features.apps"]
          .flatMap((setting) => ["-c", `${setting}=false`]),
        ...option("-m", model),
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

  readonly line = eventReader({
    "item.started": (event) => toolCalls(objectAt(event, "item"), "item.started"),
    "item.completed": (event) => {
      const item = objectAt(event, "item");
      if (item["type"] !== "agent_message") return toolCalls(item, "item.completed");
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
      this.#input += countAt(usage, "input_tokens");
      this.#output += countAt(usage, "output_tokens");
      return [{ kind: "tokens", tokens: tokensOf(this.#input, this.#output) }];
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

  answered(): boolean {
    return this.#ended;
  }

  verdict(exit: StepExit): Verdict {
    const used = this.#input + this.#output > 0;
    const tokens = used ? tokensOf(this.#input, this.#output) : null;
    // An error that it got over, such as a lost connection, is followed by the end of the turn.
    if (this.#ended) return { text: this.#text, error: exitError(exit), tokens };
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
const DENIED = /Read-only file system|Operation not permitted|Permission denied/;

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
