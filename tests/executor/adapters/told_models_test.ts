import assert from "node:assert/strict";
import type { Verdict } from "../../../executor/adapters/adapter.ts";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";
import type { StepExit } from "../../../executor/processes/exit.ts";

const DONE: StepExit = {
  kind: "success",
  durationMs: 1,
  stderrTail: "",
  outputCut: false,
  end: null,
};

const used = (model: string | null, input: number, output: number, cached = [0, 0]) => {
  const [cacheRead = 0, cacheWrite = 0] = cached;
  return { model, input, cacheRead, cacheWrite, output };
};

/** Lines as the agents print them, without what nobody reads; `kept` is from their own record. */
const AGENTS: readonly {
  readonly title: string;
  readonly agent: string;
  readonly lines: readonly unknown[];
  readonly kept?: readonly unknown[];
  readonly told: Pick<Verdict, "models" | "version">;
  readonly usd?: number;
}[] = [
  {
    title: "claude, whose result tells each model, its version and what all cost",
    agent: "claude",
    lines: [
      { type: "system", subtype: "init", claude_code_version: "2.1.197" },
      {
        type: "result",
        result: "done",
        total_cost_usd: 0.0042,
        modelUsage: {
          "claude-sonnet-4-5": {
            ...{ inputTokens: 160, outputTokens: 80, cacheReadInputTokens: 40 },
            cacheCreationInputTokens: 7,
          },
          "claude-haiku-4-5": { inputTokens: 5, outputTokens: 1 },
        },
      },
    ],
    told: {
      models: [used("claude-sonnet-4-5", 207, 80, [40, 7]), used("claude-haiku-4-5", 5, 1)],
      version: "2.1.197",
    },
    usd: 0.0042,
  },
  {
    title: "claude that was ended: what its messages told, by model",
    agent: "claude",
    lines: [
      {
        type: "assistant",
        message: {
          ...{ id: "m1", model: "a", content: [] },
          usage: { input_tokens: 80, cache_read_input_tokens: 20, output_tokens: 1 },
        },
      },
      {
        type: "assistant",
        message: {
          id: "m2",
          model: "b",
          content: [],
          usage: { input_tokens: 5, output_tokens: 1 },
        },
      },
      {
        type: "assistant",
        message: {
          id: "m3",
          model: "a",
          content: [],
          usage: { input_tokens: 5, output_tokens: 1 },
        },
      },
    ],
    told: { models: [used("a", 105, 2, [20, 0]), used("b", 5, 1)] },
  },
  {
    title: "codex, whose record tells model and version",
    agent: "codex",
    lines: [
      { type: "thread.started", thread_id: "t" },
      {
        type: "turn.completed",
        usage: {
          ...{ input_tokens: 200, cached_input_tokens: 120, cache_write_input_tokens: 10 },
          ...{ output_tokens: 80, reasoning_output_tokens: 30 },
        },
      },
    ],
    kept: [
      { type: "session_meta", payload: { cli_version: "0.169.0" } },
      { type: "turn_context", payload: { model: "gpt-5" } },
    ],
    told: { models: [used("gpt-5", 200, 80, [120, 10])], version: "0.169.0" },
  },
  {
    title: "codex that searched the web, which its tokens do not pay for",
    agent: "codex",
    lines: [
      { type: "item.completed", item: { id: "i", type: "web_search", query: "q" } },
      { type: "turn.completed", usage: { input_tokens: 2, output_tokens: 1 } },
    ],
    told: { models: [{ ...used(null, 2, 1), more: true }] },
  },
  {
    title: "gemini, whose statistics are by model",
    agent: "gemini",
    lines: [{
      type: "result",
      status: "success",
      stats: {
        ...{ total_tokens: 290, input_tokens: 205, output_tokens: 62, cached: 50 },
        models: {
          pro: { total_tokens: 280, input_tokens: 200, output_tokens: 62, cached: 50 },
          flash: { total_tokens: 10, input_tokens: 5, output_tokens: 5, cached: 0 },
        },
      },
    }],
    told: { models: [used("pro", 200, 80, [50, 0]), used("flash", 5, 5)] },
  },
  {
    title: "opencode, which names no model, and tells what each step cost",
    agent: "opencode",
    lines: [1, 2].map(() => ({
      type: "step_finish",
      part: {
        cost: 0.00018,
        tokens: { input: 70, output: 30, reasoning: 10, cache: { read: 20, write: 10 } },
      },
    })),
    told: { models: [used(null, 200, 80, [40, 20])] },
    usd: 0.00036,
  },
];

for (const { title, agent, lines, kept = [], told, usd } of AGENTS) {
  Deno.test(`verdict() of ${title}`, () => {
    const adapter = adapterFor({ name: agent, binary: agent });
    assert.ok(adapter.kind === "program");
    const interpreter = adapter.interpreter();
    for (const line of lines) interpreter.line(JSON.stringify(line));
    for (const line of kept) interpreter.transcriptLine?.(JSON.stringify(line));
    const { models, version, tokens } = interpreter.verdict(DONE);
    assert.deepEqual({ models, ...version === undefined ? {} : { version } }, told);
    assert.equal(tokens?.cost_usd, usd);
  });
}
