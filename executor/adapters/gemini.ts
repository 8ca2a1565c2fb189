/** Gemini CLI, `-o stream-json`: message deltas, tool calls, and a `result` with the statistics. */
import type { StepExit } from "../processes/exit.ts";
import type {
  AdapterSettings,
  Interpreter,
  ProgramAdapter,
  ToolPermissions,
  Verdict,
} from "./adapter.ts";
import { eventReader } from "./json_events.ts";
import { countAt, type JsonObject, objectAt, textAt } from "./json_line.ts";
import { mayWrite, toolOf } from "./write_permission.ts";
import { programAdapter } from "./program_adapter.ts";
import {
  callSummary,
  exitError,
  MAX_TEXT,
  option,
  tokensOf,
  withoutResult,
  withSystemPrompt,
} from "./verdict.ts";

export function geminiAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    () => new GeminiInterpreter(),
    ({ prompt, systemPrompt, model, permissions }) => ({
      args: [
        ...["-o", "stream-json", "--skip-trust", ...approval(permissions)],
        ...option("-m", model),
      ],
      stdin: withSystemPrompt(systemPrompt, prompt),
      // Its launcher ignores SIGTERM.
      env: { GEMINI_CLI_NO_RELAUNCH: "true" },
    }),
  );
}

/** What it calls the tools that personas name in Claude's words. */
const NAMES: Readonly<Record<string, string>> = {
  Bash: "run_shell_command",
  Edit: "replace",
  Glob: "glob",
  Grep: "grep_search",
  LS: "list_directory",
  Read: "read_file",
  WebFetch: "web_fetch",
  WebSearch: "google_web_search",
  Write: "write_file",
};

/** `Bash(git log*)` becomes `run_shell_command(git log)`: its patterns are prefixes of the command. */
function ownRule(rule: string): string {
  const tool = toolOf(rule);
  const name = Object.hasOwn(NAMES, tool) ? NAMES[tool] ?? tool : tool;
  const prefix = /\((.*?):?\*?\)$/.exec(rule)?.[1] ?? "";
  return prefix === "" ? name : `${name}(${prefix})`;
}

function approval(permissions: ToolPermissions): readonly string[] {
  if (!mayWrite(permissions)) return ["--approval-mode", "plan"];
  if (permissions.allow.length === 0) return ["--approval-mode", "yolo"];
  return [
    "--approval-mode",
    "default",
    "--allowed-tools",
    permissions.allow.map(ownRule).join(","),
  ];
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
