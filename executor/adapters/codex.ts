/** Codex, `codex exec --json`: items that start and complete, and turns with their token usage. */
import type { AdapterSettings, AgentEvent, Interpreter, ProgramAdapter } from "./adapter.ts";
import { countAt, type JsonObject, jsonObject, objectAt, objectsAt, textAt } from "./json_line.ts";
import { mayWrite } from "./write_permission.ts";
import { programAdapter } from "./program_adapter.ts";
import { callSummary, exitError, MAX_TEXT, tokensOf, withSystemPrompt } from "./verdict.ts";

export function codexAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    codexInterpreter,
    ({ prompt, systemPrompt, model, permissions }) => ({
      args: [
        ...["exec", "--json", "--skip-git-repo-check"],
        ...["-s", mayWrite(permissions) ? "workspace-write" : "read-only"],
        ...["analytics.enabled", "features.plugins", "features.apps"]
          .flatMap((setting) => ["-c", `${setting}=false`]),
        ...(model === null ? [] : ["-m", model]),
        // Read the prompt from stdin.
        "-",
      ],
      stdin: withSystemPrompt(systemPrompt, prompt),
      env: {},
    }),
  );
}

function codexInterpreter(): Interpreter {
  let text = "";
  let error: string | null = null;
  let ended = false;
  let [input, output] = [0, 0];

  return {
    line(line) {
      const event = jsonObject(line);
      if (event === null) return [];
      switch (event["type"]) {
        case "item.started":
          return toolCalls(objectAt(event, "item"), "item.started");
        case "item.completed": {
          const item = objectAt(event, "item");
          if (item["type"] === "agent_message") text = textAt(item, "text").slice(0, MAX_TEXT);
          return toolCalls(item, "item.completed");
        }
        case "turn.completed": {
          ended = true;
          const usage = objectAt(event, "usage");
          input += countAt(usage, "input_tokens");
          output += countAt(usage, "output_tokens");
          return [{ kind: "tokens", tokens: tokensOf(input, output) }];
        }
        case "turn.started":
          ended = false;
          return [];
        case "turn.failed":
          ended = false;
          error = plain(textAt(objectAt(event, "error"), "message")) || "the turn failed";
          return [];
        case "error":
          error ??= plain(textAt(event, "message")) || "the agent failed";
          return [];
        default:
          return [];
      }
    },
    answered: () => ended,
    verdict(exit) {
      const tokens = input + output > 0 ? tokensOf(input, output) : null;
      // An error that it got over, such as a lost connection, is followed by the end of the turn.
      if (ended) return { text, error: exitError(exit), tokens };
      return { text, error: error ?? exitError(exit) ?? "ended without a result", tokens };
    },
  };
}

/** The message within the answer of an API, which it passes on as JSON. */
function plain(message: string): string {
  return textAt(objectAt(jsonObject(message) ?? {}, "error"), "message") || message;
}

/** A command is told when it starts, a change of files when it is done, so that each comes once. */
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
