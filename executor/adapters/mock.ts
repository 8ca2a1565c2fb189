/**
 * The built-in agent that needs no model: it always answers the same to the same prompt, and writes every
 * artifact that the step declares. A directive in the prompt tells it to behave otherwise:
 *
 *     @@mock {"delay_ms": 500, "say": "…", "fail": "…", "fail_attempts": 1, "tokens": 1200,
 *             "cost_usd": 0.05, "tools": ["Read"], "write": {"notes.txt": "…"}, "skip_artifacts": true,
 *             "usage": [{"tokens": 400, "cost_usd": 0.01, "after_ms": 20}, …], "tally": "uses.txt",
 *             "limit_seconds": 20, "limit_attempts": 1}@@
 *
 * With `limit_seconds` its first attempt, or so many as `limit_attempts` says, reaches a usage limit that
 * resets after so long; with `"limit": true` one of which it does not know when it resets.
 */
import { ensureDir } from "@std/fs";
import { dirname, join } from "@std/path";
import { delay } from "../../event/delay.ts";
import type { Tokens } from "../../event/event.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";
import type {
  AdapterRequest,
  AdapterSettings,
  AgentEvent,
  BuiltInAdapter,
  ExpectedArtifact,
  Verdict,
} from "./adapter.ts";
import { countAt, type JsonObject, jsonObject, objectAt, objectsAt, textAt } from "./json_line.ts";
import { sampleJson } from "./sample_json.ts";
import { callSummary, tokensOf } from "./agent_verdict.ts";

const DIRECTIVE = /@@mock\s*(\{.*?\})\s*@@/gs;
/** Roughly what models need for a token. */
const UNITS_A_TOKEN = 4;
const MAX_QUOTE = 2000;

export function mockAdapter({ name }: AdapterSettings): BuiltInAdapter {
  return { kind: "built_in", name, enforce: () => "it has no tools", run };
}

async function run(
  request: AdapterRequest,
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<Verdict> {
  const { directive, task } = readPrompt(request.prompt);
  const tools = Array.isArray(directive["tools"]) ? directive["tools"] : [];
  for (const tool of tools) onEvent({ kind: "tool", tool: String(tool), message: "" });
  const streamed = await handOut(directive, request.workspace, onEvent, signal);
  const delayMs = countAt(directive, "delay_ms");
  if (delayMs > 0) await delay(delayMs, signal);
  if (signal.aborted) return { text: "", error: "cancelled", tokens: null };

  const text = textAt(directive, "say") || `mock answer to: ${firstLine(task)}`;
  const tokens = streamed ?? tokensUsed(directive, request.prompt, text);
  const limit = limitReached(directive, request.attempt);
  if (limit !== null) return { text: "", error: limit, tokens: NO_TOKENS };
  if (fails(directive, request.attempt)) {
    return { text: "", error: textAt(directive, "fail") || "told to fail", tokens };
  }
  const files = Object.entries(objectAt(directive, "write"))
    .map(([path, content]) => ({ path, content: String(content) }));
  for (const artifact of directive["skip_artifacts"] === true ? [] : request.artifacts) {
    if (files.some(({ path }) => path === artifact.path)) continue;
    files.push({ path: artifact.path, content: contentOf(artifact, task) });
  }
  for (const { path, content } of files) {
    if (!staysWithin(path)) {
      return { text: "", error: `refused to write outside the workspace: ${path}`, tokens };
    }
    onEvent({ kind: "tool", tool: "Write", message: callSummary({ path }) });
    await write(join(request.workspace, path), content);
  }
  return { text, error: null, tokens };
}

/**
 * Tells a use that rises while it works, as agents do that stream; null of a prompt that asks for none. Each
 * part is first written to the file `tally` in the workspace, as the service of a real agent counts for itself.
 */
async function handOut(
  directive: JsonObject,
  workspace: string,
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<Tokens | null> {
  const parts = objectsAt(directive, "usage");
  const tally = textAt(directive, "tally");
  let sum = NO_TOKENS;
  for (const part of parts) {
    const waitMs = countAt(part, "after_ms");
    if (waitMs > 0) await delay(waitMs, signal);
    if (signal.aborted) break;
    const used = tokensIn(part);
    if (tally !== "" && staysWithin(tally)) {
      const line = `${JSON.stringify(used)}\n`;
      Deno.writeTextFileSync(join(workspace, tally), line, { append: true });
    }
    sum = addTokens(sum, used);
    onEvent({ kind: "tokens", tokens: sum });
  }
  return parts.length === 0 ? null : sum;
}

function tokensIn(part: JsonObject): Tokens {
  const total = countAt(part, "tokens");
  const output = Math.floor(total / 3);
  const { cost_usd: cost = 0 } = part;
  return {
    ...tokensOf(total - output, output),
    ...typeof cost === "number" && cost >= 0 ? { cost_usd: cost } : {},
  };
}

/** The directives of a prompt, later ones on top, and the prompt without them. */
function readPrompt(prompt: string): { directive: JsonObject; task: string } {
  const directives = [...prompt.matchAll(DIRECTIVE)].map(([, json]) =>
    jsonObject(json ?? "") ?? {}
  );
  return {
    directive: Object.assign({}, ...directives),
    task: prompt.replaceAll(DIRECTIVE, "").trim(),
  };
}

/** `fail_attempts` alone fails so many attempts, `fail` alone all of them. */
function fails(directive: JsonObject, attempt: number): boolean {
  if ("fail_attempts" in directive) return attempt <= countAt(directive, "fail_attempts");
  return "fail" in directive && directive["fail"] !== false;
}

/** The error of an attempt that is to reach a usage limit; null for any other. */
function limitReached(directive: JsonObject, attempt: number): string | null {
  if (directive["limit"] === true) return "usage limit reached";
  const seconds = directive["limit_seconds"];
  const attempts = "limit_attempts" in directive ? countAt(directive, "limit_attempts") : 1;
  if (typeof seconds !== "number" || attempt > attempts) return null;
  return `usage limit reached; resets in ${seconds} seconds`;
}

/** It costs nothing, unless told otherwise; `null` stands for an agent that does not tell what it costs. */
function tokensUsed(directive: JsonObject, prompt: string, text: string): Tokens {
  const { cost_usd: cost = 0 } = directive;
  const tokens = countedTokens(directive, prompt, text);
  return typeof cost === "number" && cost >= 0 ? { ...tokens, cost_usd: cost } : tokens;
}

function countedTokens(directive: JsonObject, prompt: string, text: string): Tokens {
  if ("tokens" in directive) {
    const total = countAt(directive, "tokens");
    const output = Math.floor(total / 3);
    return tokensOf(total - output, output);
  }
  return tokensOf(Math.ceil(prompt.length / UNITS_A_TOKEN), Math.ceil(text.length / UNITS_A_TOKEN));
}

function contentOf({ name, path, type, schema }: ExpectedArtifact, task: string): string {
  if (schema !== undefined) return `${JSON.stringify(sampleJson(schema), null, 2)}\n`;
  if (path.endsWith(".json") || type === "json") {
    return `${JSON.stringify({ artifact: name, mock: true }, null, 2)}\n`;
  }
  const quote = task.slice(0, MAX_QUOTE).split("\n").map((line) => `> ${line}`.trimEnd()).join(
    "\n",
  );
  return `# ${name}\n\nWritten by the mock adapter, for this task:\n\n${quote}\n`;
}

function firstLine(text: string): string {
  return callSummary({ query: text.split("\n").find((line) => line.trim() !== "") ?? "nothing" });
}

function staysWithin(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.includes("\0") &&
    !path.split(/[/\\]/).includes("..");
}

async function write(path: string, content: string): Promise<void> {
  await ensureDir(dirname(path));
  await Deno.writeTextFile(path, content);
}
