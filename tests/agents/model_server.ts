/**
 * A model service on loopback for the real agents: it speaks their four protocols, does what the prompt's
 * directive says, and counts what it served, by the first part of the path.
 *
 *     @@model {"calls": [{"shell": "ls"}, {"write": "a.txt"}, {"mcp": "run", "args": {}}], "say": "done", "status": 429, "hang": true,
 *             "limit_seconds": 30}@@
 *
 * With `limit_seconds` a usage limit is reached that resets so long after the first request, told as the
 * service of each protocol tells it.
 */
import { isObject, parseJson } from "../../event/json.ts";

/** One of `shell`, `write`, and the tool `mcp` of the server `wave` with `args`. */
interface Call {
  readonly shell?: string;
  readonly write?: string;
  readonly mcp?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

interface Directive {
  readonly calls: readonly Call[];
  readonly say: string;
  readonly status: number;
  readonly hang: boolean;
  readonly limit_seconds: number;
}

type Protocol = "messages" | "responses" | "chat" | "gemini";

export interface Tally {
  requests: number;
  /** Requests that a usage limit refused. */
  refused: number;
  /** When the usage limit resets, epoch milliseconds. */
  resets: number;
  input: number;
  output: number;
  /** The body of the longest request, which has the results of all tools. */
  body: string;
}

const INPUT = 100;
const OUTPUT = 40;

export interface ModelServer extends AsyncDisposable {
  readonly url: string;
  tally(tag: string): Tally;
}

export function startModelServer(): ModelServer {
  const tallies = new Map<string, Tally>();
  const tally = (tag: string) => {
    const none = { requests: 0, refused: 0, resets: 0, input: 0, output: 0, body: "" };
    const found = tallies.get(tag) ?? none;
    tallies.set(tag, found);
    return found;
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const path = new URL(request.url).pathname;
      const protocol = protocolOf(path);
      if (request.method !== "POST" || protocol === null) return new Response("{}");
      const body = await request.text();
      return answer(protocol, body, tally(path.split("/")[1] ?? ""));
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    tally,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function protocolOf(path: string): Protocol | null {
  if (path.endsWith("/v1/messages")) return "messages";
  if (path.endsWith("/responses")) return "responses";
  if (path.endsWith("/chat/completions")) return "chat";
  return path.includes("GenerateContent") || path.includes(":generateContent") ? "gemini" : null;
}

function directiveOf(body: string): Directive {
  // Within the JSON of the request its quotes are escaped, once or twice.
  const text = body.replaceAll(/\\+"/g, '"');
  const found = parseJson(/@@model (\{.*?\})@@/s.exec(text)?.[1] ?? "{}");
  const given = isObject(found) ? found : {};
  return { calls: [], say: "done", status: 0, hang: false, limit_seconds: 0, ...given };
}

const RESULT: Readonly<Record<Protocol, RegExp>> = {
  messages: /"type":\s*"tool_result"/g,
  responses: /"type":\s*"(?:function|custom_tool)_call_output"/g,
  chat: /"role":\s*"tool"/g,
  gemini: /"functionResponse":/g,
};

function answer(protocol: Protocol, body: string, tally: Tally): Response {
  const { calls, say, status, hang, limit_seconds: limit } = directiveOf(body);
  if (limit > 0) {
    tally.resets ||= Date.now() + limit * 1000;
    const left = Math.ceil((tally.resets - Date.now()) / 1000);
    if (left > 0) {
      tally.refused++;
      return LIMITS[protocol](left, Math.ceil(tally.resets / 1000));
    }
  }
  if (status > 0) {
    return Response.json({ error: { message: "no more for now", code: status } }, { status });
  }
  if (hang) {
    return new Response(new ReadableStream({ start() {} }), { headers: EVENT_STREAM });
  }
  tally.requests++;
  if (body.length > tally.body.length) tally.body = body;
  tally.input += INPUT;
  tally.output += OUTPUT;
  const done = [...body.matchAll(RESULT[protocol])].length;
  const call = calls[done];
  const events = STREAMS[protocol](call === undefined ? null : toolOf(protocol, call), say);
  const named = protocol === "messages" || protocol === "responses";
  const lines = events.map((event) =>
    (named ? `event: ${event["type"]}\n` : "") + `data: ${JSON.stringify(event)}\n\n`
  );
  if (protocol === "chat") lines.push("data: [DONE]\n\n");
  return new Response(lines.join(""), { headers: EVENT_STREAM });
}

/** How each service says that a usage limit is reached, with the seconds until it resets and the epoch's. */
const LIMITS: Readonly<Record<Protocol, (left: number, resets: number) => Response>> = {
  messages: (_left, resets) => {
    const message = `Claude AI usage limit reached|${resets}`;
    const body = { type: "error", error: { type: "rate_limit_error", message } };
    return Response.json(body, { status: 429, headers: { "retry-after": "3600" } });
  },
  responses: (left, resets) => {
    const message = "The usage limit has been reached";
    const error = { type: "usage_limit_reached", message, plan_type: "plus", resets_at: resets };
    return Response.json({ error: { ...error, resets_in_seconds: left } }, { status: 429 });
  },
  chat: (left) => {
    const message = `You have hit your usage limit; it resets in ${left} seconds`;
    const headers = { "retry-after": String(left) };
    return Response.json({ error: { message, code: "rate_limit" } }, { status: 429, headers });
  },
  gemini: (left) => {
    const type = "type.googleapis.com/google.rpc.";
    const message = `You exceeded your current quota. Please retry in ${left}s.`;
    const quotaId = "GenerateRequestsPerDayPerProjectPerModel-FreeTier";
    const details = [
      { "@type": `${type}QuotaFailure`, violations: [{ quotaId }] },
      { "@type": `${type}RetryInfo`, retryDelay: `${left}s` },
    ];
    const error = { code: 429, status: "RESOURCE_EXHAUSTED", message, details };
    return Response.json({ error }, { status: 429 });
  },
};

const EVENT_STREAM = { "content-type": "text/event-stream" };

interface Tool {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What an agent calls a tool of the server `wave`. */
const SERVED: Readonly<Record<Protocol, string>> = {
  messages: "mcp__wave__",
  responses: "mcp__wave__",
  chat: "wave_",
  gemini: "mcp_wave_",
};

function toolOf(protocol: Protocol, { shell, write, mcp, args = {} }: Call): Tool {
  if (mcp !== undefined) return { name: SERVED[protocol] + mcp, args };
  const command = shell ?? `echo written > ${write}`;
  const content = "written\n";
  const wantsFile = shell === undefined;
  switch (protocol) {
    case "messages":
      return wantsFile
        ? { name: "Write", args: { file_path: write, content } }
        : { name: "Bash", args: { command, description: "test" } };
    case "responses":
      return { name: "exec_command", args: { cmd: command } };
    case "chat":
      return wantsFile
        ? { name: "write", args: { filePath: write, content } }
        : { name: "bash", args: { command, description: "test" } };
    case "gemini":
      return wantsFile
        ? { name: "write_file", args: { file_path: write, content } }
        : { name: "run_shell_command", args: { command, description: "test" } };
  }
}

type Event = Readonly<Record<string, unknown>>;
let made = 0;

const STREAMS: Readonly<Record<Protocol, (tool: Tool | null, say: string) => Event[]>> = {
  messages(tool, say) {
    const id = ++made;
    const usage = { input_tokens: INPUT - 20, cache_read_input_tokens: 20, output_tokens: 1 };
    const message = { id: `m${id}`, type: "message", role: "assistant", content: [], usage };
    const block = tool === null
      ? { type: "text", text: "" }
      : { type: "tool_use", id: `t${id}`, name: tool.name, input: {} };
    const delta = tool === null
      ? { type: "text_delta", text: say }
      : { type: "input_json_delta", partial_json: JSON.stringify(tool.args) };
    return [
      { type: "message_start", message: { ...message, model: "test" } },
      { type: "content_block_start", index: 0, content_block: block },
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: tool === null ? "end_turn" : "tool_use" },
        usage: { output_tokens: OUTPUT },
      },
      { type: "message_stop" },
    ];
  },
  responses(tool, say) {
    const id = ++made;
    const item = tool === null
      ? {
        ...{ type: "message", id: `i${id}`, role: "assistant", status: "completed" },
        content: [{ type: "output_text", text: say, annotations: [] }],
      }
      : {
        ...{ type: "function_call", id: `i${id}`, call_id: `c${id}`, status: "completed" },
        ...{ name: tool.name, arguments: JSON.stringify(tool.args) },
      };
    const usage = { input_tokens: INPUT, output_tokens: OUTPUT, total_tokens: INPUT + OUTPUT };
    const response = { id: `r${id}`, object: "response", status: "completed", output: [item] };
    return [
      { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response: { ...response, usage } },
    ];
  },
  chat(tool, say) {
    const id = `c${++made}`;
    const chunk = (delta: unknown, reason: string | null = null) => ({
      ...{ id, object: "chat.completion.chunk", created: 1, model: "test" },
      choices: [{ index: 0, delta, finish_reason: reason }],
    });
    const call = tool === null ? null : {
      ...{ index: 0, id: `t${id}`, type: "function" },
      function: { name: tool.name, arguments: JSON.stringify(tool.args) },
    };
    const usage = { prompt_tokens: INPUT, completion_tokens: OUTPUT, total_tokens: INPUT + OUTPUT };
    return [
      chunk({ role: "assistant", ...call === null ? { content: say } : { tool_calls: [call] } }),
      chunk({}, tool === null ? "stop" : "tool_calls"),
      { ...chunk({}), choices: [], usage },
    ];
  },
  gemini(tool, say) {
    const part = tool === null
      ? { text: say }
      : { functionCall: { id: `f${++made}`, name: tool.name, args: tool.args } };
    const usageMetadata = {
      ...{ promptTokenCount: INPUT, candidatesTokenCount: OUTPUT - 9, thoughtsTokenCount: 9 },
      totalTokenCount: INPUT + OUTPUT,
    };
    return [{
      candidates: [{ index: 0, content: { role: "model", parts: [part] }, finishReason: "STOP" }],
      ...{ usageMetadata, modelVersion: "test", responseId: "r" },
    }];
  },
};
