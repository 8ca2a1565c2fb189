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
      if (item["type"] === "agent_message") this.#text = textAt(item, "text").slice(0, MAX_TEXT);
      return toolCalls(item, "item.completed");
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
      this.#error ??= plain(textAt(event, "message")) || "the agent failed";
      return [];
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

/** A command is reported when it starts, a change of files when it is done, so that each appears once. */
function toolCalls(item: JsonObject, event: "item.started" | "item.completed"): AgentEvent[] {
  const type = textAt(item, "type");
  if (type === "error" && event === "item.completed") {
    return [{ kind: "warning", message: textAt(item, "message") }];
  }
  if (type === "file_change" && event === "item.completed") {
    const message = objectsAt(item, "changes").map((change) => textAt(change, "path")).join(", ");
    return [{ kind: "tool", tool: type, message }];
  }
  if (event === "item.completed") return [];
  if (type === "command_execution") {
    return [{ kind: "tool", tool: type, message: callSummary(item) }];
  }
  if (type === "mcp_tool_call") return [{ kind: "tool", tool: textAt(item, "tool"), message: "" }];
  if (type === "web_search") return [{ kind: "tool", tool: type, message: callSummary(item) }];
  return [];
}
