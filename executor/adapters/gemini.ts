/** Gemini CLI, `-o stream-json`: message deltas, tool calls, and a `result` with the statistics. */
import type { StepExit } from "../processes/exit.ts";
import { join } from "@std/path";
import type { AdapterSettings, Interpreter, ProgramAdapter, Verdict } from "./adapter.ts";
import { eventReader } from "./json_events.ts";
import { countAt, type JsonObject, objectAt, textAt } from "./json_line.ts";
import { enforceByGemini, geminiPolicy } from "./gemini_policy.ts";
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

export function geminiAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    () => new GeminiInterpreter(),
    enforceByGemini,
    ({ prompt, systemPrompt, model, permissions, folder, project }) => {
      const policy = geminiPolicy(permissions);
      const file = join(folder, "policy.toml");
      return {
        args: [
          ...["-o", "stream-json", "--skip-trust", "--approval-mode", "yolo"],
          // Its tools for files see nothing else but the workspace.
          ...["--include-directories", project],
          ...(policy === null ? [] : ["--policy", file]),
          ...option("-m", model),
        ],
        stdin: withSystemPrompt(systemPrompt, prompt),
        // Its launcher ignores SIGTERM.
        env: { GEMINI_CLI_NO_RELAUNCH: "true" },
        files: policy === null ? {} : { [file]: policy },
      };
    },
  );
}

class GeminiInterpreter implements Interpreter {
  #text = "";
  #result: JsonObject | null = null;

  readonly line = eventReader({
    message: (event) => {
      if (event["role"] !== "assistant") return [];
      // A message that is no delta is whole, and the one after a tool call stands for itself.
      if (event["delta"] !== true) this.#text = "";
      this.#text = (this.#text + textAt(event, "content")).slice(0, MAX_TEXT);
      return [];
    },
    tool_use: (event) => {
      this.#text = "";
      const message = callSummary(objectAt(event, "parameters"));
      return [{ kind: "tool", tool: textAt(event, "tool_name"), message }];
    },
    error: (event) => [{ kind: "warning", message: textAt(event, "message") }],
    result: (event) => {
      this.#result = event;
      return [];
    },
  });

  answered(): boolean {
    return this.#result !== null;
  }

  verdict(exit: StepExit): Verdict {
    const text = this.#text;
    if (this.#result === null) return withoutResult(exit, { text });
    const stats = objectAt(this.#result, "stats");
    const tokens = tokensOf(countAt(stats, "input_tokens"), countAt(stats, "output_tokens"));
    if (this.#result["status"] === "success") return { text, error: exitError(exit), tokens };
    // Its exit code is the HTTP status modulo 256 and says nothing.
    const error = textAt(objectAt(this.#result, "error"), "message");
    return { text, error: error === "" ? exitError(exit) ?? "the agent failed" : error, tokens };
  }
}
