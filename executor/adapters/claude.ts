/** Claude Code, headless: a stream of JSON lines that ends with one of type `result`. */
import { join } from "@std/path";
import { isObject } from "../../event/json.ts";
import type { Tokens } from "../../event/event.ts";
import { type ModelUsage, tokensOfModels, usageByModel } from "../pricing/model_usage.ts";
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
import type { UsageLimit } from "./usage_limit.ts";
import { callSummary, exitError, MAX_TEXT, option, withoutResult } from "./agent_verdict.ts";

export function claudeAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    () => new ClaudeInterpreter(),
    enforceByClaude,
    ({ prompt, systemPrompt, model, permissions, folder, session, left }) => {
      const file = join(folder, "system-prompt.md");
      return {
        args: [
          "-p",
          ...["--output-format", "stream-json", "--verbose"],
          ...option("--model", model),
          // Steps side by side, and later attempts, begin at the same point.
          ...(session ? ["--resume", session.id, "--fork-session"] : []),
          ...option("--max-budget-usd", left?.usd === undefined ? null : String(left.usd)),
          ...(systemPrompt === null ? [] : ["--append-system-prompt-file", file]),
          ...claudePermissions(permissions),
        ],
        // A prompt that begins with a slash would be a command of its own, which asks no model.
        stdin: prompt.startsWith("/") ? `\n${prompt}` : prompt,
        env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
        // An argument holds 128 KiB at most.
        files: systemPrompt === null ? {} : { [file]: systemPrompt },
      };
    },
  );
}

class ClaudeInterpreter implements Interpreter {
  #result: JsonObject | null = null;
  #limit: UsageLimit | null = null;
  /** By message, because one message comes in several lines that repeat its usage. */
  readonly #used = new Map<string, ModelUsage>();
  #version = "";
  /** Ids of calls whose refusal was told by their result. */
  readonly #refused = new Set<string>();
  readonly #told = new Set<string>();

  readonly line = eventReader({
    system: (event) => {
      this.#version = textAt(event, "claude_code_version") || this.#version;
      return retries(event);
    },
    rate_limit_event: (event) => {
      const info = objectAt(event, "rate_limit_info");
      const seconds = countAt(info, "resetsAt");
      // Of a limit that is only near, or that is lifted for money, it tells as well.
      const isReached = info["status"] === "rejected" && info["isUsingOverage"] !== true;
      this.#limit = isReached ? { until: seconds === 0 ? null : seconds * 1000 } : null;
      return [];
    },
    assistant: (event) => {
      const message = objectAt(event, "message");
      const own = typeof event["parent_tool_use_id"] !== "string";
      return [...partsOf(message, own), ...this.#countTokens(message)];
    },
    user: (event) =>
      objectsAt(objectAt(event, "message"), "content").flatMap((part) => {
        if (part["type"] !== "tool_result") return [];
        const id = textAt(part, "tool_use_id");
        const error = part["is_error"] === true ? contentOf(part) || "error" : null;
        const refused = error !== null && REFUSAL.test(error);
        if (refused) this.#refused.add(id);
        this.#told.add(id);
        return [{ kind: "result", id, error: error === null ? null : plain(error), refused }];
      }),
    result: (event) => {
      this.#result = event;
      return this.#denials(event);
    },
  });

  answered(): boolean {
    return this.#result !== null;
  }

  verdict(exit: StepExit): Verdict {
    const version = this.#version === "" ? {} : { version: this.#version };
    const known = this.#used.size === 0 ? { tokens: null } : this.#tokens();
    if (this.#result === null) return withoutResult(exit, { ...known, ...version });
    const text = textAt(this.#result, "result").slice(0, MAX_TEXT);
    const total = totalsOf(this.#result);
    // A failure may count nothing although tokens were used.
    const id = textAt(this.#result, "session_id");
    const counted = total.tokens.total > 0 || this.#used.size === 0;
    return {
      text,
      error: errorOf(this.#result, text) ?? exitError(exit),
      ...counted ? total : known,
      ...version,
      ...textAt(this.#result, "subtype") === "error_max_budget_usd" ? { overBudget: true } : {},
      ...counted ? {} : { unreported: true },
      ...this.#limit === null ? {} : { limit: this.#limit },
      ...id === "" ? {} : { session: { id, used: null } },
    };
  }

  /** Those that no result of a call has told. */
  #denials(result: JsonObject): AgentEvent[] {
    return objectsAt(result, "permission_denials")
      .filter((denial) => !this.#refused.has(textAt(denial, "tool_use_id")))
      .map((denial) => ({
        kind: "refused",
        tool: textAt(denial, "tool_name"),
        message: callSummary(objectAt(denial, "tool_input")),
        ...this.#told.has(textAt(denial, "tool_use_id")) ? { told: true } : {},
      }));
  }

  #countTokens(message: JsonObject): AgentEvent[] {
    const usage = usageOf(objectAt(message, "usage"), textAt(message, "model"));
    if (usage.input + usage.output === 0) return [];
    this.#used.set(textAt(message, "id"), usage);
    return [{ kind: "tokens", ...this.#tokens() }];
  }

  #tokens(): Used {
    const models = usageByModel(this.#used.values());
    return { tokens: tokensOfModels(models), models };
  }
}

const REFUSAL =
  /^(?:<tool_use_error>)?(?:Error: )?(?:No such tool available|Permission to use |Claude requested permissions|Output redirection to .* was blocked|.* was blocked\. For security)/s;

/** Without the marks that Claude Code puts around errors for the model. */
function plain(error: string): string {
  return error.replaceAll(/<\/?tool_use_error>/g, "").replace(/^Error: /, "").trim();
}

function contentOf(part: JsonObject): string {
  const text = textAt(part, "content");
  return text !== ""
    ? text
    : objectsAt(part, "content").map((each) => textAt(each, "text")).join("\n");
}

/** Texts and tool calls of a message. What a sub-agent says is no answer of the agent. */
function partsOf(message: JsonObject, own: boolean): AgentEvent[] {
  return objectsAt(message, "content").flatMap((part): AgentEvent[] => {
    if (part["type"] === "text" && own) return [{ kind: "text", text: textAt(part, "text") }];
    if (part["type"] !== "tool_use") return [];
    return [{
      kind: "call",
      id: textAt(part, "id"),
      tool: textAt(part, "name"),
      message: callSummary(objectAt(part, "input")),
    }];
  });
}

/** `API error 429, next try in 5 s` */
function retries(event: JsonObject): AgentEvent[] {
  if (event["subtype"] !== "api_retry") return [];
  const status = countAt(event, "error_status");
  const what = status > 0 ? `API error ${status}` : textAt(event, "error") || "API error";
  const delay = event["retry_delay_ms"];
  const next = typeof delay === "number" ? `, next try in ${Math.ceil(delay / 1000)} s` : "";
  const trouble = { kind: "trouble", message: `${what}${next}` } as const;
  return status === 429 && typeof delay === "number"
    ? [trouble, { kind: "wait", ms: delay }]
    : [trouble];
}

interface Used {
  readonly tokens: Tokens;
  readonly models: readonly ModelUsage[];
}

/** What the service counted, over all models: sub-agents are among them, and in `usage` they are not. */
function totalsOf(result: JsonObject): Used {
  const told = Object.entries(objectAt(result, "modelUsage"));
  const models = told.length === 0
    ? [usageOf(objectAt(result, "usage"), "")]
    : told.flatMap(([name, model]) => isObject(model) ? [modelUsageOf(name, model)] : []);
  const tokens = tokensOfModels(models);
  const cost = result["total_cost_usd"];
  const isTold = typeof cost === "number" && cost > 0;
  return { tokens: isTold ? { ...tokens, cost_usd: cost } : tokens, models };
}

function modelUsageOf(name: string, model: JsonObject): ModelUsage {
  const cacheRead = countAt(model, "cacheReadInputTokens");
  const cacheWrite = countAt(model, "cacheCreationInputTokens");
  return {
    model: name,
    input: countAt(model, "inputTokens") + cacheRead + cacheWrite,
    ...{ cacheRead, cacheWrite },
    output: countAt(model, "outputTokens"),
  };
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

/** Input counts what was read from and written to the cache as well. */
function usageOf(usage: JsonObject, model: string): ModelUsage {
  const cacheRead = countAt(usage, "cache_read_input_tokens");
  const cacheWrite = countAt(usage, "cache_creation_input_tokens");
  return {
    model: model === "" ? null : model,
    input: countAt(usage, "input_tokens") + cacheRead + cacheWrite,
    ...{ cacheRead, cacheWrite },
    output: countAt(usage, "output_tokens"),
  };
}
