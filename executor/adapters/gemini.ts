/** Gemini CLI, `-o stream-json`: message deltas, tool calls, and a `result` with the statistics. */
import type { AdapterSettings, Interpreter, ProgramAdapter, ToolPermissions } from "./adapter.ts";
import { countAt, type JsonObject, jsonObject, objectAt, textAt } from "./json_line.ts";
import { mayWrite, toolOf } from "./write_permission.ts";
import { programAdapter } from "./program_adapter.ts";
import { callSummary, exitError, MAX_TEXT, tokensOf, withSystemPrompt } from "./verdict.ts";

export function geminiAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    geminiInterpreter,
    ({ prompt, systemPrompt, model, permissions }) => ({
      args: [
        ...["-o", "stream-json", "--skip-trust", ...approval(permissions)],
        ...(model === null ? [] : ["-m", model]),
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

function geminiInterpreter(): Interpreter {
  let text = "";
  let result: JsonObject | null = null;
  return {
    line(line) {
      const event = jsonObject(line);
      if (event === null) return [];
      switch (event["type"]) {
        case "message":
          if (event["role"] !== "assistant") return [];
          // A message that is no delta is whole, and the one after a tool call stands for itself.
          if (event["delta"] !== true) text = "";
          text = (text + textAt(event, "content")).slice(0, MAX_TEXT);
          return [];
        case "tool_use":
          text = "";
          return [{
            kind: "tool",
            tool: textAt(event, "tool_name"),
            message: callSummary(objectAt(event, "parameters")),
          }];
        case "error":
          return [{ kind: "warning", message: textAt(event, "message") }];
        case "result":
          result = event;
          return [];
        default:
          return [];
      }
    },
    answered: () => result !== null,
    verdict(exit) {
      if (result === null) {
        return { text, error: exitError(exit) ?? "ended without a result", tokens: null };
      }
      const stats = objectAt(result, "stats");
      const tokens = tokensOf(countAt(stats, "input_tokens"), countAt(stats, "output_tokens"));
      if (result["status"] === "success") return { text, error: exitError(exit), tokens };
      // Its exit code is the HTTP status modulo 256 and says nothing.
      const error = textAt(objectAt(result, "error"), "message");
      return { text, error: error === "" ? exitError(exit) ?? "the agent failed" : error, tokens };
    },
  };
}
