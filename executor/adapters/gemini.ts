/** Gemini CLI, `-o stream-json`: message deltas, tool calls, and a `result` with the statistics. */
import { isObject } from "../../event/json.ts";
import { type ModelUsage, tokensOfModels } from "../pricing/model_usage.ts";
import type { StepExit } from "../processes/exit.ts";
import type {
  AdapterSettings,
  AgentEvent,
  Interpreter,
  ProgramAdapter,
  Verdict,
} from "./adapter.ts";
import { eventReader } from "./json_events.ts";
import { countAt, type JsonObject, jsonObject, objectAt, textAt } from "./json_line.ts";
import { enforceByGemini, geminiPolicyFile } from "./gemini_policy.ts";
import { programAdapter } from "./program_adapter.ts";
import { type UsageLimit, usageLimitIn } from "./usage_limit.ts";
import {
  callSummary,
  exitError,
  MAX_TEXT,
  option,
  withoutResult,
  withSystemPrompt,
} from "./agent_verdict.ts";

export function geminiAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    () => new GeminiInterpreter(),
    enforceByGemini,
    ({ prompt, systemPrompt, model, permissions, folder, project }) => {
      const policy = geminiPolicyFile(permissions, folder);
      return {
        args: [
          ...["-o", "stream-json", "--skip-trust", "--approval-mode", "yolo"],
          // Its tools for files see nothing else but the workspace.
          ...["--include-directories", project],
          ...policy.args,
          ...option("-m", model),
        ],
        stdin: withSystemPrompt(systemPrompt, prompt),
        // Its launcher ignores SIGTERM.
        env: { GEMINI_CLI_NO_RELAUNCH: "true" },
        files: policy.files,
      };
    },
  );
}

class GeminiInterpreter implements Interpreter {
  #text = "";
  /** What of the text is not told yet: it comes in pieces of a few words. */
  #untold = "";
  #result: JsonObject | null = null;
  #limit: UsageLimit | null = null;

  readonly line = eventReader({
    message: (event) => {
      if (event["role"] !== "assistant") return [];
      const told = event["delta"] === true ? [] : this.#tell();
      // A message that is no delta is whole, and the one after a tool call stands for itself.
      if (event["delta"] !== true) this.#text = "";
      this.#text = (this.#text + textAt(event, "content")).slice(0, MAX_TEXT);
      this.#untold = (this.#untold + textAt(event, "content")).slice(0, MAX_TEXT);
      return told;
    },
    tool_use: (event) => {
      this.#text = "";
      const message = callSummary(objectAt(event, "parameters"));
      const call = { id: textAt(event, "tool_id"), tool: textAt(event, "tool_name"), message };
      return [...this.#tell(), { kind: "call", ...call }];
    },
    tool_result: (event) => {
      const error = objectAt(event, "error");
      const failed = event["status"] === "error";
      const message = textAt(error, "message") || textAt(event, "output") || "error";
      const type = textAt(error, "type");
      const refused = type === "policy_violation" || type === "tool_not_registered";
      const id = textAt(event, "tool_id");
      return [{ kind: "result", id, error: failed ? message : null, refused: failed && refused }];
    },
    error: (event) => [{ kind: "warning", message: textAt(event, "message") }],
    result: (event) => {
      this.#result = event;
      return this.#tell();
    },
  });

  errorLine(text: string): readonly AgentEvent[] {
    const retry = /^Attempt \d+ failed with status (\d+)\. Retrying/.exec(text);
    if (retry !== null) {
      return [{ kind: "trouble", message: `API error ${retry[1]}, it tries again` }];
    }
    // What the service said is in what it prints of the error, and nowhere in its result.
    const told = /^\s*message: ['"`](.*)['"`],?$/.exec(text)?.[1];
    if (told !== undefined) this.#limit ??= usageLimitIn(told, Date.now());
    const wait = /Retrying after (\d+)ms/.exec(text)?.[1];
    const waits = wait === undefined ? [] : [{ kind: "wait", ms: Number(wait) } as const];
    const last = /^Attempt \d+ failed: (.*?)\.?(?: Max attempts| Retrying|$)/.exec(text);
    return last === null
      ? waits
      : [{ kind: "trouble", message: `API error: ${last[1]}` }, ...waits];
  }

  answered(): boolean {
    return this.#result !== null;
  }

  verdict(exit: StepExit): Verdict {
    const text = this.#text;
    if (this.#result === null) return withoutResult(exit, { text });
    const models = modelsIn(objectAt(this.#result, "stats"));
    const tokens = tokensOfModels(models);
    if (this.#result["status"] === "success") {
      return { text, error: exitError(exit), tokens, models };
    }
    // Its exit code is the HTTP status modulo 256 and says nothing.
    const error = plainError(textAt(objectAt(this.#result, "error"), "message"));
    const reason = error === "" ? exitError(exit) ?? "the agent failed" : error;
    return {
      text,
      error: reason,
      tokens,
      models,
      ...tokens.total > 0 ? { unreported: true } : {},
      ...this.#limit === null ? {} : { limit: this.#limit },
    };
  }

  #tell(): AgentEvent[] {
    const text = this.#untold;
    this.#untold = "";
    return text === "" ? [] : [{ kind: "text", text }];
  }
}

/** By model where it tells that, which older versions do not. */
function modelsIn(stats: JsonObject): ModelUsage[] {
  const models = Object.entries(objectAt(stats, "models"));
  return models.length === 0
    ? [usageOf(null, stats)]
    : models.flatMap(([model, used]) => isObject(used) ? [usageOf(model, used)] : []);
}

/** Thoughts are in the total, and in neither of the others. */
function usageOf(model: string | null, stats: JsonObject): ModelUsage {
  const input = countAt(stats, "input_tokens");
  const output = Math.max(countAt(stats, "output_tokens"), countAt(stats, "total_tokens") - input);
  return { model, input, cacheRead: countAt(stats, "cached"), cacheWrite: 0, output };
}

/** `[API Error: {"error":{"message":"no key"}}]` says `API error: no key`. */
function plainError(message: string): string {
  const [, told = "", rest = ""] = /^\[API Error: (.*?)\]\s*(.*)$/s.exec(message) ?? [];
  if (told === "") return message.trim();
  const inner = objectAt(jsonObject(told) ?? {}, "error");
  const status = countAt(inner, "code");
  const what = textAt(inner, "message") || told;
  return `API error${status > 0 ? ` ${status}` : ""}: ${what}${
    rest === "" ? "" : ` ${rest.trim()}`
  }`;
}
