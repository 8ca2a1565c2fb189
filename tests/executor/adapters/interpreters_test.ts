import assert from "node:assert/strict";
import type { AgentEvent, ProgramAdapter, Verdict } from "../../../executor/adapters/adapter.ts";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";
import { tokensOfModels } from "../../../executor/pricing/model_usage.ts";
import type { StepExit } from "../../../executor/processes/exit.ts";

const facts = { durationMs: 1, stderrTail: "", outputCut: false, end: null };
const DONE: StepExit = { kind: "success", ...facts };
const FAILED: StepExit = { kind: "exit_code", code: 1, ...facts, stderrTail: "warned\nbroke\n" };

function agent(name: string): ProgramAdapter {
  const adapter = adapterFor({ name, binary: name });
  assert(adapter.kind === "program");
  return adapter;
}

function read(name: string, lines: readonly unknown[], exit = DONE) {
  const interpreter = agent(name).interpreter();
  const events: AgentEvent[] = [];
  for (const line of lines) {
    events.push(...interpreter.line(typeof line === "string" ? line : JSON.stringify(line)));
  }
  return { events: events.map(withoutModels), verdict: withoutModels(interpreter.verdict(exit)) };
}

/** By model they are in `told_models_test.ts`; here, that they are the same tokens. */
function withoutModels<T extends object>(told: T): T {
  if (!("models" in told)) return told;
  const { models, ...rest } = told as T & Pick<Verdict, "models" | "tokens">;
  const { input, output, total } = rest.tokens ?? tokens(0, 0);
  assert.deepEqual({ input, output, total }, tokensOfModels(models ?? []));
  return rest as unknown as T;
}

const tokens = (input: number, output: number) => ({ input, output, total: input + output });
const spent = (input: number, output: number) => ({
  kind: "tokens",
  tokens: tokens(input, output),
});

interface Case {
  readonly title: string;
  readonly agent: string;
  readonly lines: readonly unknown[];
  readonly exit?: StepExit;
  readonly events?: readonly unknown[];
  readonly verdict: Verdict;
}

const claudeUsage = (input: number, output: number) => ({
  input_tokens: input,
  cache_creation_input_tokens: 2,
  cache_read_input_tokens: 3,
  output_tokens: output,
});
const claudeCall = (id: string, content: unknown) => ({
  type: "assistant",
  message: { id, usage: claudeUsage(10, 1), content: [content] },
});

const CASES: readonly Case[] = [
  {
    title: "claude: a tool, one message in two lines, and the result's own sums",
    agent: "claude",
    lines: [
      { type: "system", subtype: "init" },
      claudeCall("m1", { type: "text", text: "thinking" }),
      claudeCall("m1", {
        type: "tool_use",
        id: "t1",
        name: "Bash",
        input: { command: "ls  -l\n /" },
      }),
      {
        type: "user",
        message: { content: [{ type: "tool_result", tool_use_id: "t1", content: "x" }] },
      },
      claudeCall("m2", { type: "text", text: "done" }),
      {
        type: "result",
        subtype: "success",
        is_error: false,
        result: "done",
        usage: claudeUsage(50, 9),
      },
    ],
    events: [
      { kind: "text", text: "thinking" },
      spent(15, 1),
      { kind: "call", id: "t1", tool: "Bash", message: "ls -l /" },
      spent(15, 1),
      { kind: "result", id: "t1", error: null, refused: false },
      { kind: "text", text: "done" },
      spent(30, 2),
    ],
    verdict: { text: "done", error: null, tokens: tokens(55, 9) },
  },
  {
    title: "claude: a failure whose subtype says success",
    agent: "claude",
    lines: [{
      type: "result",
      subtype: "success",
      is_error: true,
      api_error_status: 401,
      result: "Invalid key",
    }],
    exit: FAILED,
    verdict: { text: "Invalid key", error: "Invalid key (HTTP 401)", tokens: tokens(0, 0) },
  },
  {
    title: "claude: it gave up, and says so in the subtype only",
    agent: "claude",
    lines: [{
      type: "result",
      subtype: "error_max_turns",
      is_error: false,
      usage: claudeUsage(50, 9),
    }],
    verdict: { text: "", error: "error_max_turns", tokens: tokens(55, 9) },
  },
  {
    title: "claude: it ended itself because of what was left for it",
    agent: "claude",
    lines: [{
      type: "result",
      subtype: "error_max_budget_usd",
      is_error: true,
      errors: ["Reached maximum budget ($0.25)"],
      usage: claudeUsage(50, 9),
    }],
    verdict: {
      text: "",
      error: "Reached maximum budget ($0.25)",
      tokens: tokens(55, 9),
      overBudget: true,
    },
  },
  {
    title: "claude: it broke off, and says why in a list",
    agent: "claude",
    lines: [{
      type: "result",
      subtype: "error_during_execution",
      is_error: true,
      errors: ["no budget", 7, "left"],
    }],
    verdict: { text: "", error: "no budget; left", tokens: tokens(0, 0) },
  },
  {
    title: "claude: a usage limit of a subscription",
    agent: "claude",
    lines: [
      {
        type: "rate_limit_event",
        rate_limit_info: { status: "rejected", resetsAt: 1771606800, rateLimitType: "five_hour" },
      },
      { type: "result", is_error: true, api_error_status: 429, result: "limit", usage: {} },
    ],
    exit: FAILED,
    verdict: {
      text: "limit",
      error: "limit (HTTP 429)",
      tokens: tokens(0, 0),
      limit: { until: 1771606800000 },
    },
  },
  {
    title: "claude: a usage limit that is only near, and one that extra usage lifts",
    agent: "claude",
    lines: [
      { type: "rate_limit_event", rate_limit_info: { status: "rejected", resetsAt: 1771606800 } },
      {
        type: "rate_limit_event",
        rate_limit_info: { status: "rejected", resetsAt: 1771606800, isUsingOverage: true },
      },
      {
        type: "rate_limit_event",
        rate_limit_info: { status: "allowed_warning", resetsAt: 1771606800 },
      },
      { type: "result", result: "done", usage: {} },
    ],
    verdict: { text: "done", error: null, tokens: tokens(0, 0) },
  },
  {
    title: "claude: a failure that forgets what was used before it",
    agent: "claude",
    lines: [
      claudeCall("m1", { type: "text", text: "thinking" }),
      { type: "result", is_error: true, api_error_status: 429, result: "rate limit", usage: {} },
    ],
    exit: FAILED,
    events: [{ kind: "text", text: "thinking" }, spent(15, 1)],
    verdict: {
      text: "rate limit",
      error: "rate limit (HTTP 429)",
      tokens: tokens(15, 1),
      unreported: true,
    },
  },
  {
    title: "claude: a denied tool is a warning",
    agent: "claude",
    lines: [{
      type: "result",
      is_error: false,
      result: "could not",
      permission_denials: [{ tool_name: "Bash", tool_input: { command: "rm x" } }],
    }],
    events: [{ kind: "refused", tool: "Bash", message: "rm x" }],
    verdict: { text: "could not", error: null, tokens: tokens(0, 0) },
  },
  {
    title: "claude: refused tools, a retry, sub-agents, models, and what it cost",
    agent: "claude",
    lines: [
      { type: "system", subtype: "api_retry", error_status: 429, retry_delay_ms: 4_985.2 },
      claudeCall("m1", { type: "tool_use", id: "t1", name: "Write", input: { file_path: "a" } }),
      {
        type: "user",
        message: {
          content: [{
            type: "tool_result",
            tool_use_id: "t1",
            is_error: true,
            content:
              "<tool_use_error>Error: No such tool available: Write. Use another.</tool_use_error>",
          }],
        },
      },
      {
        ...claudeCall("m2", { type: "text", text: "from a sub-agent" }),
        parent_tool_use_id: "t0",
      },
      {
        type: "result",
        result: "could not",
        usage: claudeUsage(50, 9),
        modelUsage: {
          big: {
            inputTokens: 50,
            cacheReadInputTokens: 3,
            cacheCreationInputTokens: 2,
            outputTokens: 9,
          },
          small: { inputTokens: 7, outputTokens: 1 },
        },
        total_cost_usd: 0.25,
        permission_denials: [{ tool_name: "Write", tool_use_id: "t1", tool_input: {} }],
      },
    ],
    events: [
      { kind: "trouble", message: "API error 429, next try in 5 s" },
      { kind: "wait", ms: 4985.2 },
      { kind: "call", id: "t1", tool: "Write", message: "a" },
      spent(15, 1),
      {
        kind: "result",
        id: "t1",
        error: "No such tool available: Write. Use another.",
        refused: true,
      },
      spent(30, 2),
    ],
    verdict: { text: "could not", error: null, tokens: { ...tokens(62, 10), cost_usd: 0.25 } },
  },
  {
    title: "claude: ended before it told what it used",
    agent: "claude",
    lines: [claudeCall("m1", { type: "text", text: "thinking" })],
    exit: { kind: "timed_out", limitMs: 1000, ...facts },
    verdict: {
      text: "",
      error: "time limit of 1s reached",
      tokens: tokens(15, 1),
      unreported: true,
    },
  },
  {
    title: "claude: no result",
    agent: "claude",
    lines: ["plain text", "{broken", "[1]", ""],
    exit: FAILED,
    verdict: { text: "", error: "exit code 1: warned\nbroke", tokens: null },
  },
  {
    title: "codex: a command, a change of files, two turns, and a warning on the way",
    agent: "codex",
    lines: [
      { type: "thread.started" },
      { type: "error", message: "Reconnecting... 1/5 (429)" },
      { type: "item.completed", item: { type: "error", message: "unknown model" } },
      { type: "item.started", item: { id: "i1", type: "command_execution", command: "ls" } },
      {
        type: "item.completed",
        item: { id: "i1", type: "command_execution", command: "ls", exit_code: 0 },
      },
      {
        type: "item.completed",
        item: {
          id: "i2",
          type: "command_execution",
          command: "/bin/bash -lc 'echo x > n'",
          exit_code: 1,
          aggregated_output: "bash: n: Read-only file system\n",
        },
      },
      {
        type: "item.completed",
        item: { id: "i3", type: "file_change", changes: [{ path: "a" }, { path: "b" }] },
      },
      {
        type: "turn.completed",
        usage: { input_tokens: 10, cached_input_tokens: 4, output_tokens: 2 },
      },
      { type: "item.completed", item: { type: "agent_message", text: "done" } },
      { type: "turn.completed", usage: { input_tokens: 15, output_tokens: 3 } },
    ],
    events: [
      { kind: "trouble", message: "Reconnecting... 1/5 (429)" },
      { kind: "warning", message: "unknown model" },
      { kind: "call", id: "i1", tool: "Bash", message: "ls" },
      { kind: "call", id: "i1", tool: "Bash", message: "ls" },
      { kind: "result", id: "i1", error: null, refused: false },
      { kind: "call", id: "i2", tool: "Bash", message: "echo x > n" },
      {
        kind: "result",
        id: "i2",
        error: "exit code 1: bash: n: Read-only file system",
        refused: true,
      },
      { kind: "call", id: "i3", tool: "Edit", message: "a, b" },
      { kind: "result", id: "i3", error: null, refused: false },
      spent(10, 2),
      { kind: "text", text: "done" },
      spent(15, 3),
    ],
    verdict: { text: "done", error: null, tokens: tokens(15, 3) },
  },
  {
    title: "codex: a turn that fails after one that did not",
    agent: "codex",
    lines: [
      { type: "turn.started" },
      { type: "turn.completed", usage: { input_tokens: 10, output_tokens: 2 } },
      { type: "turn.started" },
      { type: "turn.failed", error: { message: "no credit" } },
    ],
    events: [spent(10, 2)],
    verdict: { text: "", error: "no credit", tokens: tokens(10, 2), unreported: true },
  },
  {
    title: "codex: a failed turn, whose message is JSON",
    agent: "codex",
    lines: [{ type: "turn.failed", error: { message: `{"error":{"message":"no such model"}}` } }],
    exit: FAILED,
    verdict: { text: "", error: "no such model", tokens: null },
  },
  {
    title: "gemini: deltas around a tool call, and thoughts that only the total has",
    agent: "gemini",
    lines: [
      "YOLO mode is enabled",
      { type: "message", role: "user", content: "task" },
      { type: "message", role: "assistant", content: "let ", delta: true },
      { type: "message", role: "assistant", content: "me", delta: true },
      {
        type: "tool_use",
        tool_id: "t1",
        tool_name: "write_file",
        parameters: { file_path: "a.md" },
      },
      { type: "tool_result", tool_id: "t1", status: "success" },
      { type: "tool_use", tool_id: "t2", tool_name: "run_shell_command", parameters: {} },
      {
        type: "tool_result",
        tool_id: "t2",
        status: "error",
        error: { type: "policy_violation", message: "denied by policy" },
      },
      { type: "message", role: "assistant", content: "all ", delta: true },
      { type: "message", role: "assistant", content: "done", delta: true },
      {
        type: "result",
        status: "success",
        stats: { input_tokens: 7, output_tokens: 3, total_tokens: 15 },
      },
    ],
    events: [
      { kind: "text", text: "let me" },
      { kind: "call", id: "t1", tool: "write_file", message: "a.md" },
      { kind: "result", id: "t1", error: null, refused: false },
      { kind: "call", id: "t2", tool: "run_shell_command", message: "" },
      { kind: "result", id: "t2", error: "denied by policy", refused: true },
      { kind: "text", text: "all done" },
    ],
    verdict: { text: "all done", error: null, tokens: tokens(7, 8) },
  },
  {
    title: "gemini: ended by SIGTERM, it says success by its exit code and nothing else",
    agent: "gemini",
    lines: [{ type: "message", role: "assistant", content: "half", delta: true }],
    verdict: { text: "half", error: "ended without a result", tokens: null, unreported: true },
  },
  {
    title: "gemini: a failure, whose exit code means nothing, and whose message is JSON",
    agent: "gemini",
    lines: [{
      type: "result",
      status: "error",
      error: { message: `[API Error: {"error":{"code":400,"message":"API key not valid."}}]` },
      stats: {},
    }],
    exit: { kind: "exit_code", code: 173, ...facts },
    verdict: { text: "", error: "API error 400: API key not valid.", tokens: tokens(0, 0) },
  },
  {
    title: "opencode: steps summed, what came from the cache included, and what they cost",
    agent: "opencode",
    lines: [
      { type: "step_start", part: {} },
      {
        type: "tool_use",
        part: { tool: "bash", callID: "c1", state: { input: { command: "pwd" } } },
      },
      {
        type: "step_finish",
        part: { tokens: { input: 10, output: 2, reasoning: 1, cache: { read: 5, write: 1 } } },
      },
      { type: "step_start", part: {} },
      {
        type: "tool_use",
        part: {
          tool: "write",
          callID: "c2",
          state: {
            status: "error",
            input: { filePath: "z" },
            error:
              "a rule was specified a rule which prevents this. Here are some of the relevant rules []",
          },
        },
      },
      {
        type: "tool_use",
        part: {
          tool: "invalid",
          callID: "c3",
          state: {
            status: "completed",
            input: { tool: "edit", error: "Model tried to call unavailable tool 'edit'." },
          },
        },
      },
      { type: "text", part: { text: "done" } },
      {
        type: "step_finish",
        part: { reason: "stop", cost: 0.5, tokens: { input: 4, output: 1, cache: {} } },
      },
    ],
    events: [
      { kind: "call", id: "c1", tool: "bash", message: "pwd" },
      { kind: "result", id: "c1", error: null, refused: false },
      spent(16, 3),
      { kind: "call", id: "c2", tool: "write", message: "z" },
      {
        kind: "result",
        id: "c2",
        error: "a rule was specified a rule which prevents this.",
        refused: true,
      },
      { kind: "call", id: "c3", tool: "edit", message: "" },
      {
        kind: "result",
        id: "c3",
        error: "Model tried to call unavailable tool 'edit'.",
        refused: true,
      },
      { kind: "text", text: "done" },
      { kind: "tokens", tokens: { ...tokens(20, 4), cost_usd: 0.5 } },
    ],
    verdict: { text: "done", error: null, tokens: { ...tokens(20, 4), cost_usd: 0.5 } },
  },
  {
    title: "opencode: an error line",
    agent: "opencode",
    lines: [{
      type: "error",
      error: { name: "APIError", data: { message: "no key", statusCode: 401 } },
    }],
    exit: FAILED,
    verdict: { text: "", error: "no key (HTTP 401)", tokens: tokens(0, 0) },
  },
  {
    title: "opencode: ended within a step, of which nothing is known",
    agent: "opencode",
    lines: [{ type: "step_start", part: {} }],
    exit: { kind: "silent", limitMs: 1000, ...facts },
    verdict: { text: "", error: "no output for 1s", tokens: tokens(0, 0), unreported: true },
  },
];

for (const { title, agent, lines, exit, events, verdict } of CASES) {
  Deno.test(`interpreter() of ${title}`, () => {
    const got = read(agent, lines, exit);
    if (events !== undefined) assert.deepEqual(got.events, events);
    assert.deepEqual(got.verdict, verdict);
  });
}

Deno.test("interpreter() bears any JSON", () => {
  const strange = [null, 1, [], {}, { type: 1 }, { type: "result" }, { type: "error", error: [] }];
  const parts = [null, "x", [null], {
    content: [null, 1],
    usage: { input_tokens: -1 },
    tokens: [],
  }];
  for (const name of ["claude", "codex", "gemini", "opencode"]) {
    const types = [
      "assistant",
      "item.completed",
      "turn.completed",
      "tool_use",
      "step_finish",
      "text",
    ];
    const lines = types.flatMap((type) =>
      parts.map((part) => ({
        type,
        message: part,
        item: part,
        part,
        usage: part,
        parameters: part,
      }))
    );
    assert.equal(typeof read(name, [...strange, ...lines], FAILED).verdict.error, "string");
  }
});

Deno.test("adapterFor() knows an adapter by its name, then by its binary", () => {
  assert.equal(adapterFor({ name: "reviewer", binary: "/opt/bin/claude" }).name, "reviewer");
  const own = adapterFor({ name: "claude", binary: "/opt/my-claude", args: ["--debug"] });
  assert(own.kind === "program");
  assert.equal(own.binary, "/opt/my-claude");
  assert.equal(adapterFor({ name: "x", binary: "mock" }).kind, "built_in");
  assert.equal(adapterFor({ name: "constructor", binary: "toString" }).kind, "program");
});

Deno.test("errorLine() hears of retries and of what was asked in vain", () => {
  const heard = (name: string, line: string) => agent(name).interpreter().errorLine?.(line) ?? [];
  assert.deepEqual(
    heard("gemini", "Attempt 1 failed with status 429. Retrying with backoff... x"),
    [
      { kind: "trouble", message: "API error 429, it tries again" },
    ],
  );
  assert.deepEqual(
    heard("gemini", "Suggested retry after 30.5s.. Retrying after 33210ms..."),
    [{ kind: "wait", ms: 33210 }],
  );
  assert.deepEqual(
    heard("gemini", "Attempt 1 failed: too fast. Retrying after 5000ms..."),
    [{ kind: "trouble", message: "API error: too fast" }, { kind: "wait", ms: 5000 }],
  );
  const exhausted = agent("gemini").interpreter();
  const before = Date.now();
  exhausted.errorLine?.("    message: 'You exceeded your current quota. Please retry in 12h.',");
  exhausted.line(JSON.stringify({
    type: "result",
    status: "error",
    error: { message: "[API Error: You have exhausted your daily quota on this model.]" },
  }));
  const { limit } = exhausted.verdict(DONE);
  assert.ok(limit?.until !== null && (limit?.until ?? 0) >= before + 12 * 3_600_000);
  const line =
    `timestamp=1 level=ERROR message="stream error" error.error="AI_APICallError: slow down"`;
  assert.deepEqual(heard("opencode", line), [{ kind: "trouble", message: "slow down" }]);
  const asking = agent("opencode").interpreter();
  asking.errorLine?.("! permission requested: external_directory (/etc/*); auto-rejecting");
  assert.equal(
    asking.verdict(DONE).error,
    "it asked for external_directory /etc/*, and nobody answers",
  );
});

Deno.test("transcriptLine() of codex tells what it used, and what was refused without a word", () => {
  const interpreter = agent("codex").interpreter();
  interpreter.line(JSON.stringify({ type: "thread.started", thread_id: "t1" }));
  assert.deepEqual(interpreter.transcript?.({ HOME: "/h" }), {
    folder: "/h/.codex/sessions",
    ending: "t1.jsonl",
  });
  const usage = { input_tokens: 100, output_tokens: 40 };
  const command = JSON.stringify({ cmd: "echo x > n" });
  const lines = [
    { type: "event_msg", payload: { type: "token_count", info: { total_token_usage: usage } } },
    { type: "response_item", payload: { type: "function_call", call_id: "c", arguments: command } },
    {
      type: "response_item",
      payload: { type: "function_call_output", call_id: "c", output: "n: Read-only file system" },
    },
  ];
  const events = lines.flatMap((line) => interpreter.transcriptLine?.(JSON.stringify(line)) ?? []);
  assert.deepEqual(events.map(withoutModels), [
    spent(100, 40),
    { kind: "refused", tool: "Bash", message: "echo x > n" },
  ]);
  const exit: StepExit = { kind: "timed_out", limitMs: 1000, ...facts };
  assert.deepEqual(withoutModels(interpreter.verdict(exit)), {
    ...{ text: "", error: "time limit of 1s reached", tokens: tokens(100, 40), unreported: true },
  });
});
