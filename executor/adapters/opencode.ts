/** OpenCode, `run --format json`: parts of text and tool calls, and steps with their token counts. */
import type { StepExit } from "../processes/exit.ts";
import type {
  AdapterSettings,
  Interpreter,
  ProgramAdapter,
  ToolPermissions,
  Verdict,
} from "./adapter.ts";
import { eventReader } from "./json_events.ts";
import { countAt, type JsonObject, jsonObject, objectAt, textAt } from "./json_line.ts";
import { toolOf } from "./write_permission.ts";
import { programAdapter } from "./program_adapter.ts";
import { callSummary, exitError, MAX_TEXT, option, tokensOf, withSystemPrompt } from "./verdict.ts";

export function opencodeAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    () => new OpencodeInterpreter(),
    ({ prompt, systemPrompt, model, permissions }, env) => ({
      args: ["run", "--format", "json", ...option("-m", model)],
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

class OpencodeInterpreter implements Interpreter {
  #text = "";
  #error: string | null = null;
  #input = 0;
  #output = 0;

  readonly line = eventReader({
    step_start: () => {
      this.#text = "";
      return [];
    },
    text: (event) => {
      const text = textAt(objectAt(event, "part"), "text");
      this.#text = (this.#text === "" ? text : `${this.#text}\n${text}`).slice(0, MAX_TEXT);
      return [];
    },
    tool_use: (event) => {
      const part = objectAt(event, "part");
      const message = callSummary(objectAt(objectAt(part, "state"), "input"));
      return [{ kind: "tool", tool: textAt(part, "tool"), message }];
    },
    step_finish: (event) => {
      const tokens = objectAt(objectAt(event, "part"), "tokens");
      const cache = objectAt(tokens, "cache");
      // Its input leaves out what came from the cache.
      this.#input += countAt(tokens, "input") + countAt(cache, "read") + countAt(cache, "write");
      this.#output += countAt(tokens, "output") + countAt(tokens, "reasoning");
      return [{ kind: "tokens", tokens: tokensOf(this.#input, this.#output) }];
    },
    error: (event) => {
      this.#error = messageOf(objectAt(event, "error"));
      return [];
    },
  });

  verdict(exit: StepExit): Verdict {
    const silent = this.#text === "" ? "ended without an answer" : null;
    const error = this.#error ?? exitError(exit) ?? silent;
    return { text: this.#text, error, tokens: tokensOf(this.#input, this.#output) };
  }
}

function messageOf(error: JsonObject): string {
  return textAt(objectAt(error, "data"), "message") || textAt(error, "message") ||
    textAt(error, "name") || "the agent failed";
}
