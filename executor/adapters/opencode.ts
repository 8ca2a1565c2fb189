/** OpenCode, `run --format json`: parts of text and tool calls, and steps with their token counts. */
import { type ModelUsage, noUsage, tokensOfModels } from "../pricing/model_usage.ts";
import type { StepExit } from "../processes/exit.ts";
import type {
  AdapterSettings,
  AgentEvent,
  Interpreter,
  ProgramAdapter,
  ToolPermissions,
  Verdict,
} from "./adapter.ts";
import { eventReader } from "./json_events.ts";
import { countAt, type JsonObject, jsonObject, objectAt, textAt } from "./json_line.ts";
import {
  type Allowed,
  enforceByOpencode,
  opencodePermission,
  type OpencodePlaces,
  type Permission,
} from "./opencode_permission.ts";
import { programAdapter } from "./program_adapter.ts";
import { callSummary, exitError, MAX_TEXT, option, withSystemPrompt } from "./agent_verdict.ts";

export function opencodeAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    () => new OpencodeInterpreter(),
    enforceByOpencode,
    ({ prompt, systemPrompt, model, stepId, ...request }, env) => ({
      args: [
        ...["--format", "json", "--agent", AGENT],
        // Without it the model is asked for a title, and nothing tells of that request.
        ...["--title", stepId],
        ...["--print-logs", "--log-level", "ERROR"],
        ...option("-m", model),
      ],
      stdin: withSystemPrompt(systemPrompt, prompt),
      env: opencodeVariables(request, env),
    }),
    { command: ["run"] },
  );
}

/** An agent of its own configuration, whose rules count after those that the user has for all. */
const AGENT = "wave";

/** What makes it keep the rules, and nothing of which is to come from elsewhere. */
export function opencodeVariables(
  { permissions, project, workspace }: OpencodePlaces & {
    readonly permissions: ToolPermissions;
  },
  env: Readonly<Record<string, string>>,
  allowed: Allowed = "allow",
): Record<string, string> {
  return {
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
    OPENCODE_CONFIG_CONTENT: config(
      env["OPENCODE_CONFIG_CONTENT"],
      opencodePermission(permissions, { project, workspace }, allowed),
    ),
  };
}

/** The configuration that the user passes through, with the persona's rules on top. */
function config(given: string | undefined, permission: Permission): string {
  const base = jsonObject(given ?? "") ?? {};
  return JSON.stringify({
    ...base,
    // Where no agent is named, as in a conversation.
    default_agent: AGENT,
    // Its sub-agents go by these.
    permission: { ...objectAt(base, "permission"), ...permission },
    agent: { ...objectAt(base, "agent"), [AGENT]: { mode: "primary", permission } },
  });
}

class OpencodeInterpreter implements Interpreter {
  #text = "";
  #error: string | null = null;
  /** It does not say of which model. */
  #used: ModelUsage = noUsage(null);
  #cost = 0;
  /** False between the beginning and the end of a step: of what it uses then nothing is known yet. */
  #counted = true;
  #done = false;
  /** What it asked a person for, and refused by itself. */
  #asked: string | null = null;

  readonly line = eventReader({
    step_start: () => {
      this.#text = "";
      this.#counted = false;
      this.#done = false;
      return [];
    },
    text: (event) => {
      const text = textAt(objectAt(event, "part"), "text");
      this.#text = (this.#text === "" ? text : `${this.#text}\n${text}`).slice(0, MAX_TEXT);
      return [{ kind: "text", text }];
    },
    tool_use: (event) => this.#toolCall(objectAt(event, "part")),
    step_finish: (event) => {
      const part = objectAt(event, "part");
      const tokens = objectAt(part, "tokens");
      const cache = objectAt(tokens, "cache");
      const [read, write] = [countAt(cache, "read"), countAt(cache, "write")];
      const { input, output, cacheRead, cacheWrite } = this.#used;
      this.#used = {
        model: null,
        // Its own leaves out what came from the cache.
        input: input + countAt(tokens, "input") + read + write,
        cacheRead: cacheRead + read,
        cacheWrite: cacheWrite + write,
        output: output + countAt(tokens, "output") + countAt(tokens, "reasoning"),
      };
      const cost = part["cost"];
      if (typeof cost === "number" && cost > 0) this.#cost += cost;
      this.#counted = true;
      this.#done = textAt(part, "reason") === "stop";
      return [{ kind: "tokens", ...this.#tokens() }];
    },
    error: (event) => {
      this.#error = messageOf(objectAt(event, "error"));
      return [{ kind: "trouble", message: this.#error }];
    },
  });

  errorLine(text: string): readonly AgentEvent[] {
    const asked = /permission requested: (\S+)(?: \((.*)\))?; auto-rejecting/.exec(text);
    if (asked !== null) {
      const [, what = "", pattern = ""] = asked;
      this.#asked = `${what} ${pattern}`.trim();
      return [];
    }
    if (!text.includes("level=ERROR") || !text.includes("stream error")) return [];
    const error = /error\.error="((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? "";
    return error === "" ? [] : [{ kind: "trouble", message: error.replace(/^AI_\w+: /, "") }];
  }

  answered(): boolean {
    return this.#done && this.#text !== "";
  }

  verdict(exit: StepExit): Verdict {
    const asked = this.#asked === null ? null : `it asked for ${this.#asked}, and nobody answers`;
    const error = this.#error ?? exitError(exit) ?? (this.#text === "" ? asked : null);
    const ended = exit.kind === "success" || exit.kind === "exit_code";
    const unreported = !ended || (!this.#counted && this.#error === null);
    return { text: this.#text, error, ...this.#tokens(), ...unreported ? { unreported } : {} };
  }

  #toolCall(part: JsonObject): AgentEvent[] {
    const state = objectAt(part, "state");
    const input = objectAt(state, "input");
    const id = textAt(part, "callID");
    // So it tells of a tool that it does not have, or that its rules took away.
    if (textAt(part, "tool") === "invalid") {
      const error = textAt(input, "error");
      return [
        { kind: "call", id, tool: textAt(input, "tool"), message: "" },
        { kind: "result", id, error, refused: REFUSAL.test(error) },
      ];
    }
    const call = { tool: textAt(part, "tool"), message: callSummary(input) };
    const error = state["status"] === "error" ? textAt(state, "error") || "error" : null;
    const refused = error !== null && REFUSAL.test(error);
    const short = error?.replace(/ Here are some of the relevant rules.*/s, "") ?? null;
    return [{ kind: "call", id, ...call }, { kind: "result", id, error: short, refused }];
  }

  #tokens() {
    const models = [this.#used];
    const tokens = tokensOfModels(models);
    // Of a model whose price it does not know it says that it costs nothing.
    return { tokens: this.#cost > 0 ? { ...tokens, cost_usd: this.#cost } : tokens, models };
  }
}

const REFUSAL =
  /specified a rule which prevents|rejected permission|tried to call unavailable tool/;

function messageOf(error: JsonObject): string {
  const data = objectAt(error, "data");
  const what = textAt(data, "message") || textAt(error, "message") || textAt(error, "name") ||
    "the agent failed";
  const status = countAt(data, "statusCode");
  return status === 0 || what.includes(String(status)) ? what : `${what} (HTTP ${status})`;
}
