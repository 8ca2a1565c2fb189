/** OpenCode, `run --format json`: parts of text and tool calls, and steps with their token counts. */
import type { AdapterSettings, Interpreter, ProgramAdapter, ToolPermissions } from "./adapter.ts";
import { countAt, type JsonObject, jsonObject, objectAt, textAt } from "./json_line.ts";
import { toolOf } from "./write_permission.ts";
import { programAdapter } from "./program_adapter.ts";
import { callSummary, exitError, MAX_TEXT, tokensOf, withSystemPrompt } from "./verdict.ts";

export function opencodeAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    opencodeInterpreter,
    ({ prompt, systemPrompt, model, permissions }, env) => ({
      args: ["run", "--format", "json", ...(model === null ? [] : ["-m", model])],
      stdin: withSystemPrompt(systemPrompt, prompt),
      env: {
        OPENCODE_DISABLE_AUTOUPDATE: "1",
        OPENCODE_DISABLE_MODELS_FETCH: "1",
        OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
        OPENCODE_CONFIG_CONTENT: config(env["OPENCODE_CONFIG_CONTENT"], permissions),
      },
    }),
  );
}

/** The configuration that the user passes through, with the persona's rules on top. */
function config(given: string | undefined, permissions: ToolPermissions): string {
  const base = jsonObject(given ?? "") ?? {};
  const permission: Record<string, string | Record<string, string>> = {};
  for (const rule of permissions.allow) addRule(permission, rule, "allow");
  for (const rule of permissions.deny) addRule(permission, rule, "deny");
  return JSON.stringify({
    ...base,
    permission: { ...objectAt(base, "permission"), ...permission },
  });
}

/** `Bash(git push*)` becomes `bash: {"git push*": …}`; all that writes files is called `edit`. */
function addRule(
  permission: Record<string, string | Record<string, string>>,
  rule: string,
  action: "allow" | "deny",
): void {
  const name = toolOf(rule).toLowerCase();
  const tool = ["write", "multiedit", "patch"].includes(name) ? "edit" : name;
  const pattern = /\((.*)\)$/.exec(rule)?.[1] ?? "*";
  const present = permission[tool] ?? {};
  permission[tool] = {
    ...(typeof present === "string" ? { "*": present } : present),
    [pattern]: action,
  };
}

function opencodeInterpreter(): Interpreter {
  let text = "";
  let error: string | null = null;
  let [input, output] = [0, 0];
  return {
    line(line) {
      const event = jsonObject(line);
      if (event === null) return [];
      const part = objectAt(event, "part");
      switch (event["type"]) {
        case "step_start":
          text = "";
          return [];
        case "text":
          text = (text === "" ? textAt(part, "text") : `${text}\n${textAt(part, "text")}`)
            .slice(0, MAX_TEXT);
          return [];
        case "tool_use":
          return [{
            kind: "tool",
            tool: textAt(part, "tool"),
            message: callSummary(objectAt(objectAt(part, "state"), "input")),
          }];
        case "step_finish": {
          const tokens = objectAt(part, "tokens");
          const cache = objectAt(tokens, "cache");
          // Its input leaves out what came from the cache.
          input += countAt(tokens, "input") + countAt(cache, "read") + countAt(cache, "write");
          output += countAt(tokens, "output") + countAt(tokens, "reasoning");
          return [{ kind: "tokens", tokens: tokensOf(input, output) }];
        }
        case "error":
          error = messageOf(objectAt(event, "error"));
          return [];
        default:
          return [];
      }
    },
    verdict(exit) {
      const silent = text === "" ? "ended without an answer" : null;
      return { text, error: error ?? exitError(exit) ?? silent, tokens: tokensOf(input, output) };
    },
  };
}

function messageOf(error: JsonObject): string {
  return textAt(objectAt(error, "data"), "message") || textAt(error, "message") ||
    textAt(error, "name") || "the agent failed";
}
