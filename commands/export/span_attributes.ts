/** What spans say, in the words of the semantic conventions for CI/CD and for generative AI (1.41.0). */
import { isTokens } from "../../event/codec.ts";
import type { RunEvent, Tokens } from "../../event/event.ts";
import { isObject } from "../../event/json.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import type { AttemptPeriod, EndState } from "./run_periods.ts";
import type { Attributes, SpanEvent } from "./trace_span.ts";
import { timeOf } from "./run_periods.ts";

const RESULTS: Readonly<Record<EndState, string>> = {
  completed: "success",
  failed: "failure",
  retrying: "failure",
  cancelled: "cancellation",
  skipped: "skip",
  interrupted: "error",
};

/** What an end was, for the conventions. */
interface End {
  readonly ended: EndState | null;
  readonly message: string;
  readonly exitCode?: number | null;
}

const isTimeout = ({ message }: End) => /^(step \S+ failed: )?time limit of /.test(message);

/** `success`, `failure`, `timeout`, `error`, `cancellation` or `skip`. */
export function resultOf(end: End): string {
  const result = RESULTS[end.ended ?? "interrupted"];
  return result === "failure" && isTimeout(end) ? "timeout" : result;
}

/** A word of a short list for what failed; undefined of what did not. */
export function errorTypeOf(end: End): string | undefined {
  const { ended, message, exitCode } = end;
  if (ended === "interrupted" || ended === null) return "interrupted";
  if (ended !== "failed" && ended !== "retrying") return undefined;
  if (isTimeout(end)) return "timeout";
  if (/ usage limit$/.test(message)) return "usage_limit";
  if (/^(rejected: )?contract \S+ failed: /.test(message)) return "contract_failed";
  return typeof exitCode === "number" ? `exit_code_${exitCode}` : "_OTHER";
}

/** The service behind a model, told by the model's name: the trace has no other word of it. */
export function providerOf(model: string | undefined): string {
  const name = model?.toLowerCase() ?? "";
  if (/claude|opus|sonnet|haiku/.test(name)) return "anthropic";
  if (/gemini/.test(name)) return "gcp.gemini";
  if (/gpt|codex|(^|\/)o\d/.test(name)) return "openai";
  if (/mistral|codestral|devstral/.test(name)) return "mistral_ai";
  if (/deepseek/.test(name)) return "deepseek";
  if (/grok/.test(name)) return "x_ai";
  return "_OTHER";
}

function dataOf(event: RunEvent | null): Readonly<Record<string, unknown>> {
  return isObject(event?.data) ? event.data : {};
}

/** Of all models that an attempt used, the sum of a part. */
function partOf(models: unknown, part: string): number | undefined {
  if (!Array.isArray(models)) return undefined;
  const counts = models.map((each) => isObject(each) ? each[part] : undefined)
    .filter((count) => typeof count === "number");
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/** What the conventions have no words for. */
function costAttributes({ at_least, cost_usd, cost_at_least }: Tokens): Attributes {
  return {
    "wave.usage.at_least": at_least,
    "wave.cost_usd": cost_usd === undefined ? undefined : { double: cost_usd },
    "wave.cost_at_least": cost_at_least,
  };
}

/** Of a run as a whole. Not in the words of its agents: whoever adds theirs up would count all twice. */
export function runUsage(tokens: Tokens): Attributes {
  return {
    "wave.usage.input_tokens": tokens.input,
    "wave.usage.output_tokens": tokens.output,
    ...costAttributes(tokens),
  };
}

/** Of an attempt of an agent. */
export function agentAttributes(attempt: AttemptPeriod): Attributes {
  const { persona, model, endEvent, useEvent } = attempt;
  const used = dataOf(useEvent);
  const told = dataOf(endEvent);
  const tokens = [told["tokens"], used["tokens"]].find(isTokens) ?? NO_TOKENS;
  const version = told["agent_version"];
  const [first] = Array.isArray(used["models"]) ? used["models"] : [];
  const named: unknown = isObject(first) ? first["model"] : undefined;
  const asked = model ?? (typeof named === "string" ? named : undefined);
  return {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.provider.name": providerOf(asked),
    "gen_ai.agent.name": persona ?? undefined,
    "gen_ai.agent.version": typeof version === "string" ? version : undefined,
    "gen_ai.request.model": asked,
    "gen_ai.usage.input_tokens": tokens.input,
    "gen_ai.usage.output_tokens": tokens.output,
    ...costAttributes(tokens),
    "gen_ai.usage.cache_read.input_tokens": partOf(used["models"], "cache_read"),
    "gen_ai.usage.cache_creation.input_tokens": partOf(used["models"], "cache_write"),
  };
}

/** Of an attempt without an agent. */
export function programAttributes({ endEvent }: AttemptPeriod): Attributes {
  const code = dataOf(endEvent)["exit_code"];
  return { "process.exit.code": typeof code === "number" ? code : undefined };
}

/** Of a tool that an agent called. */
export function toolAttributes(tool: string, result: string): Attributes {
  return {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": tool,
    "error.type": result === "ok" ? undefined : "_OTHER",
  };
}

/** What happened within a span, by name: `wave.artifact`, `wave.contract_failed`, `wave.warning`, … */
export function noteOf(event: RunEvent): SpanEvent {
  const data = dataOf(event);
  const isText = (value: unknown) => typeof value === "string" ? value : undefined;
  const artifact = isObject(data["artifact"]) ? data["artifact"] : {};
  const isResume = event.step_id === null && event.state === "running";
  return {
    name: isResume ? "wave.resumed" : `wave.${event.state}`,
    at: timeOf(event),
    attributes: {
      "wave.message": event.message === "" ? undefined : event.message,
      "wave.contract": isText(data["contract"]),
      "wave.artifact": isText(artifact["name"]),
      "wave.tool": isText(data["tool"]),
      "wave.inner_run": isText(data["inner_run"]),
      "wave.adapter": isText(data["adapter"]),
    },
  };
}
