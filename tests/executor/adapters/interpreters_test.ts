import assert from "node:assert/strict";
import type { AgentEvent, ProgramAdapter, Verdict } from "../../../executor/adapters/adapter.ts";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";
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
  return { events, verdict: interpreter.verdict(exit) };
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
      claudeCall("m1", { type: "tool_use", name: "Bash", input: { command: "ls  -l\n /" } }),
      { type: "user", message: { content: [{ type: "tool_result", content: "x" }] } },
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
      spent(15, 1),
      { kind: "tool", tool: "Bash", message: "ls -l /" },
      spent(15, 1),
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
    title: "claude: a failure that forgets what was used before it",
    agent: "claude",
    lines: [
      claudeCall("m1", { type: "text", text: "thinking" }),
      { type: "result", is_error: true, api_error_status: 429, result: "rate limit", usage: {} },
    ],
    exit: FAILED,
    events: [spent(15, 1)],
    verdict: { text: "rate limit", error: "rate limit (HTTP 429)", tokens: tokens(15, 1) },
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
    events: [{ kind: "warning", message: "permission denied: Bash rm x" }],
    verdict: { text: "could not", error: null, tokens: tokens(0, 0) },
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
      { type: "error", message: "Reconnecting 1/5" },
      { type: "item.completed", item: { type: "error", message: "unknown model" } },
      { type: "item.started", item: { type: "command_execution", command: "ls" } },
      { type: "item.completed", item: { type: "command_execution", command: "ls", exit_code: 0 } },
      { type: "item.started", item: { type: "file_change", changes: [{ path: "a" }] } },
      {
        type: "item.completed",
        item: { type: "file_change", changes: [{ path: "a" }, { path: "b" }] },
      },
      {
        type: "turn.completed",
        usage: { input_tokens: 10, cached_input_tokens: 4, output_tokens: 2 },
      },
      { type: "item.completed", item: { type: "agent_message", text: "done" } },
      { type: "turn.completed", usage: { input_tokens: 5, output_tokens: 1 } },
    ],
    events: [
      { kind: "warning", message: "unknown model" },
      { kind: "tool", tool: "command_execution", message: "ls" },
      { kind: "tool", tool: "file_change", message: "a, b" },
      spent(10, 2),
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
    verdict: { text: "", error: "no credit", tokens: tokens(10, 2) },
  },
  {
    title: "codex: a failed turn, whose message is JSON",
    agent: "codex",
    lines: [{ type: "turn.failed", error: { message: `{"error":{"message":"no such model"}}` } }],
    exit: FAILED,
    verdict: { text: "", error: "no such model", tokens: null },
  },
  {
    title: "gemini: deltas around a tool call",
    agent: "gemini",
    lines: [
      "YOLO mode is enabled",
      { type: "message", role: "user", content: "task" },
      { type: "message", role: "assistant", content: "let me", delta: true },
      { type: "tool_use", tool_name: "write_file", parameters: { file_path: "a.md" } },
      { type: "tool_result", status: "success" },
      { type: "message", role: "assistant", content: "all ", delta: true },
      { type: "message", role: "assistant", content: "done", delta: true },
      { type: "result", status: "success", stats: { input_tokens: 7, output_tokens: 3 } },
    ],
    events: [{ kind: "tool", tool: "write_file", message: "a.md" }],
    verdict: { text: "all done", error: null, tokens: tokens(7, 3) },
  },
  {
    title: "gemini: ended by SIGTERM, it says success by its exit code and nothing else",
    agent: "gemini",
    lines: [{ type: "message", role: "assistant", content: "half", delta: true }],
    verdict: { text: "half", error: "ended without a result", tokens: null },
  },
  {
    title: "gemini: a failure, whose exit code means nothing",
    agent: "gemini",
    lines: [{ type: "result", status: "error", error: { message: "quota" }, stats: {} }],
    exit: { kind: "exit_code", code: 173, ...facts },
    verdict: { text: "", error: "quota", tokens: tokens(0, 0) },
  },
  {
    title: "opencode: steps summed, what came from the cache included",
    agent: "opencode",
    lines: [
      { type: "step_start", part: {} },
      { type: "tool_use", part: { tool: "bash", state: { input: { command: "pwd" } } } },
      {
        type: "step_finish",
        part: { tokens: { input: 10, output: 2, reasoning: 1, cache: { read: 5, write: 1 } } },
      },
      { type: "step_start", part: {} },
      { type: "text", part: { text: "done" } },
      {
        type: "step_finish",
        part: { tokens: { input: 4, output: 1, cache: { read: 0, write: 0 } } },
      },
    ],
    events: [{ kind: "tool", tool: "bash", message: "pwd" }, spent(16, 3), spent(20, 4)],
    verdict: { text: "done", error: null, tokens: tokens(20, 4) },
  },
  {
    title: "opencode: an error line, and a run that asked in vain",
    agent: "opencode",
    lines: [{ type: "error", error: { name: "APIError", data: { message: "no key" } } }],
    exit: FAILED,
    verdict: { text: "", error: "no key", tokens: tokens(0, 0) },
  },
  {
    title: "opencode: exit 0 without an answer is a failure",
    agent: "opencode",
    lines: [],
    verdict: { text: "", error: "ended without an answer", tokens: tokens(0, 0) },
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
