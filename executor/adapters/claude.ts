/** Claude Code, headless: a stream of JSON lines that ends with one of type `result`. */
import type { Tokens } from "../../event/event.ts";
import { sumTokens } from "../../event/tokens.ts";
import type { StepExit } from "../processes/exit.ts";
import type {
  AdapterSettings,
  AgentEvent,
  Interpreter,
  ProgramAdapter,
  Verdict,
} from "./adapter.ts";
import { countAt, type JsonObject, objectAt, objectsAt, textAt, textsAt } from "./json_line.ts";
import { eventReader } from "./json_events.ts";
import { claudePermissions, enforceByClaude } from "./claude_permissions.ts";
import { programAdapter } from "./program_adapter.ts";
import {
  callSummary,
  exitError,
  MAX_TEXT,
  option,
  tokensOf,
  withoutResult,
} from "./agent_verdict.ts";

export function claudeAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    () => new ClaudeInterpreter(),
    enforceByClaude,
    ({ prompt, systemPrompt, model, permissions }) => ({
      args: [
        "-p",
        ...["--output-format", "stream-json", "--verbose"],
        ...option("--model", model),
        ...option("--append-system-prompt", systemPrompt),
        ...claudePermissions(permissions),
      ],
      stdin: prompt,
      env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
    }),
  );
}

class ClaudeInterpreter implements Interpreter {
  #result: JsonObject | null = null;
  /** By message, because one message comes in several lines that repeat its usage. */
  readonly #used = new Map<string, Usage>();

  readonly line = eventReader({
    assistant: (event) => {
      const message = objectAt(event, "message");
      return [...toolCalls(message), ...this.#countTokens(message)];
    },
    result: (event) => {
      this.#result = event;
      return denials(event);
    },
  });

  answered(): boolean {
    return this.#result !== null;
  }

  verdict(exit: StepExit): Verdict {
    if (this.#result === null) return withoutResult(exit);
    const text = textAt(this.#result, "result").slice(0, MAX_TEXT);
    const { input, output } = usageOf(objectAt(this.#result, "usage"));
    return {
      text,
      error: errorOf(this.#result, text) ?? exitError(exit),
      // A failure may count nothing although tokens were used.
      tokens: input + output === 0 ? this.#tokens() : tokensOf(input, output),
    };
  }

  #countTokens(message: JsonObject): AgentEvent[] {
    const usage = usageOf(objectAt(message, "usage"));
    if (usage.input + usage.output === 0) return [];
    this.#used.set(textAt(message, "id"), usage);
    return [{ kind: "tokens", tokens: this.#tokens() }];
  }

  #tokens(): Tokens {
    return sumTokens([...this.#used.values()].map(({ input, output }) => tokensOf(input, output)));
  }
}

function toolCalls(message: JsonObject): AgentEvent[] {
  return objectsAt(message, "content").filter((part) => part["type"] === "tool_use")
    .map((part) => ({
      kind: "tool",
      tool: textAt(part, "name"),
      message: callSummary(objectAt(part, "input")),
    }));
}

function denials(result: JsonObject): AgentEvent[] {
  return objectsAt(result, "permission_denials").map((denial) => {
    const call = callSummary(objectAt(denial, "tool_input"));
    return {
      kind: "warning",
      message: `permission denied: ${textAt(denial, "tool_name")} ${call}`,
    };
  });
}

/** The error of a result that `is_error`, whatever its subtype, or whose subtype alone names an error. */
function errorOf(result: JsonObject, text: string): string | null {
  const subtype = textAt(result, "subtype");
  if (result["is_error"] !== true && !subtype.startsWith("error")) return null;
  const status = countAt(result, "api_error_status");
  const what = [text, textsAt(result, "errors").join("; "), subtype, "the agent failed"]
    .find((text) => text !== "") ?? "";
  return status === 0 || what.includes(String(status)) ? what : `${what} (HTTP ${status})`;
}

interface Usage {
  readonly input: number;
  readonly output: number;
}

/** Input counts what was read from and written to the cache as well. */
function usageOf(usage: JsonObject): Usage {
  const input = countAt(usage, "input_tokens") + countAt(usage, "cache_creation_input_tokens") +
    countAt(usage, "cache_read_input_tokens");
  return { input, output: countAt(usage, "output_tokens") };
}
