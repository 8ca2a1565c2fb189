/** Claude Code, headless: a stream of JSON lines that ends with one of type `result`. */
import type { Tokens } from "../../event/event.ts";
import type { AdapterSettings, AgentEvent, Interpreter, ProgramAdapter } from "./adapter.ts";
import {
  countAt,
  type JsonObject,
  jsonObject,
  objectAt,
  objectsAt,
  textAt,
  textsAt,
} from "./json_line.ts";
import { programAdapter } from "./program_adapter.ts";
import { callSummary, exitError, MAX_TEXT, tokensOf } from "./verdict.ts";

export function claudeAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    claudeInterpreter,
    ({ prompt, systemPrompt, model, permissions }) => ({
      args: [
        "-p",
        ...["--output-format", "stream-json", "--verbose"],
        ...["--permission-mode", "acceptEdits"],
        ...(model === null ? [] : ["--model", model]),
        ...(systemPrompt === null ? [] : ["--append-system-prompt", systemPrompt]),
        ...(permissions.allow.length === 0 ? [] : ["--allowedTools", ...permissions.allow]),
        ...(permissions.deny.length === 0 ? [] : ["--disallowedTools", ...permissions.deny]),
      ],
      stdin: prompt,
      env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
    }),
  );
}

function claudeInterpreter(): Interpreter {
  let result: JsonObject | null = null;
  /** By message, because one message comes in several lines that repeat its usage. */
  const used = new Map<string, { input: number; output: number }>();

  const sum = (): Tokens => {
    let [input, output] = [0, 0];
    for (const one of used.values()) {
      input += one.input;
      output += one.output;
    }
    return tokensOf(input, output);
  };
  const soFar = (message: JsonObject): AgentEvent[] => {
    const usage = usageOf(objectAt(message, "usage"));
    if (usage.input + usage.output === 0) return [];
    used.set(textAt(message, "id"), usage);
    return [{ kind: "tokens", tokens: sum() }];
  };

  return {
    line(text) {
      const event = jsonObject(text);
      if (event === null) return [];
      const message = objectAt(event, "message");
      switch (event["type"]) {
        case "assistant":
          return [
            ...objectsAt(message, "content")
              .filter((part) => part["type"] === "tool_use")
              .map((part): AgentEvent => ({
                kind: "tool",
                tool: textAt(part, "name"),
                message: callSummary(objectAt(part, "input")),
              })),
            ...soFar(message),
          ];
        case "result":
          result = event;
          return objectsAt(event, "permission_denials").map((denial) => ({
            kind: "warning",
            message: `permission denied: ${textAt(denial, "tool_name")} ${
              callSummary(objectAt(denial, "tool_input"))
            }`,
          }));
        default:
          return [];
      }
    },
    answered: () => result !== null,
    verdict(exit) {
      if (result === null) {
        return { text: "", error: exitError(exit) ?? "ended without a result", tokens: null };
      }
      const text = textAt(result, "result").slice(0, MAX_TEXT);
      const { input, output } = usageOf(objectAt(result, "usage"));
      return {
        text,
        error: errorOf(result, text) ?? exitError(exit),
        // A failure may count nothing although tokens were used.
        tokens: input + output === 0 ? sum() : tokensOf(input, output),
      };
    },
  };
}

/** A failed result says so by `is_error`, whatever its subtype, or by its subtype alone. */
function errorOf(result: JsonObject, text: string): string | null {
  const subtype = textAt(result, "subtype");
  if (result["is_error"] !== true && !subtype.startsWith("error")) return null;
  const status = countAt(result, "api_error_status");
  const what = [text, textsAt(result, "errors").join("; "), subtype, "the agent failed"]
    .find((said) => said !== "") ?? "";
  return status === 0 || what.includes(String(status)) ? what : `${what} (HTTP ${status})`;
}

/** Input counts what was read from and written to the cache as well. */
function usageOf(usage: JsonObject): { input: number; output: number } {
  const input = countAt(usage, "input_tokens") + countAt(usage, "cache_creation_input_tokens") +
    countAt(usage, "cache_read_input_tokens");
  return { input, output: countAt(usage, "output_tokens") };
}
