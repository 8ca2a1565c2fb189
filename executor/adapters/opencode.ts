/** OpenCode, `run --format json`: parts of text and tool calls, and steps with their token counts. */
import type { StepExit } from "../processes/exit.ts";
import type { AdapterSettings, Interpreter, ProgramAdapter, Verdict } from "./adapter.ts";
import { eventReader } from "./json_events.ts";
import { countAt, type JsonObject, jsonObject, objectAt, textAt } from "./json_line.ts";
import { enforceByOpencode, opencodePermission, type Permission } from "./opencode_permission.ts";
import { programAdapter } from "./program_adapter.ts";
import {
  callSummary,
  exitError,
  MAX_TEXT,
  option,
  tokensOf,
  withSystemPrompt,
} from "./agent_verdict.ts";

export function opencodeAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    () => new OpencodeInterpreter(),
    enforceByOpencode,
    ({ prompt, systemPrompt, model, permissions, project, stepId }, env) => ({
      args: [
        ...["--format", "json", "--agent", AGENT],
        // Without it the model is asked for a title, and nothing tells of that request.
        ...["--title", stepId],
        ...["--print-logs", "--log-level", "ERROR"],
        ...option("-m", model),
      ],
      stdin: withSystemPrompt(systemPrompt, prompt),
      env: {
        OPENCODE_DISABLE_AUTOUPDATE: "1",
        OPENCODE_DISABLE_MODELS_FETCH: "1",
        OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
        OPENCODE_CONFIG_CONTENT: config(
          env["OPENCODE_CONFIG_CONTENT"],
          opencodePermission(permissions, project),
        ),
      },
    }),
    ["run"],
  );
}

/** An agent of its own configuration, whose rules count after those that the user has for all. */
const AGENT = "wave";

/** The configuration that the user passes through, with the persona's rules on top. */
function config(given: string | undefined, permission: Permission): string {
  const base = jsonObject(given ?? "") ?? {};
  return JSON.stringify({
    ...base,
    // Its sub-agents go by these.
    permission: { ...objectAt(base, "permission"), ...permission },
    agent: { ...objectAt(base, "agent"), [AGENT]: { mode: "primary", permission } },
  });
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
