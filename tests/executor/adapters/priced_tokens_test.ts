import assert from "node:assert/strict";
import { runAgent } from "../../../executor/adapters/run_agent.ts";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";
import type { Pricing } from "../../../executor/language/model/pricing.ts";
import { PRICE_SET } from "../../../executor/pricing/price_set.ts";
import { agentBench } from "./agent_host.ts";

const CODEX = [
  { type: "thread.started", thread_id: "t" },
  { type: "turn.completed", usage: { input_tokens: 1_000, output_tokens: 100 } },
];
const CLAUDE = [
  {
    type: "assistant",
    message: {
      ...{ id: "m1", model: "claude-sonnet-4-5", content: [] },
      usage: { input_tokens: 1_000, output_tokens: 100 },
    },
  },
];
const RESULT = {
  ...{ type: "result", result: "done", total_cost_usd: 0.5 },
  modelUsage: { "claude-sonnet-4-5": { inputTokens: 1_000, outputTokens: 100 } },
};
const OWN: Pricing = [{ models: "own-*", rates: { input: 10, output: 100 } }];
const FREE: Pricing = [{ models: "*", rates: { input: 0, output: 0 } }];
const used = { input: 1_000, output: 100, total: 1_100 };
const more = { at_least: true, cost_at_least: true };

const CASES: readonly {
  readonly title: string;
  readonly agent: string;
  readonly prints: readonly unknown[];
  readonly model?: string;
  readonly pricing?: Pricing;
  /** It works on, and is ended. */
  readonly hangs?: boolean;
  readonly tokens: unknown;
  readonly from: readonly string[];
}[] = [
  {
    title: "of a model that has a public price",
    ...{ agent: "codex", prints: CODEX, model: "gpt-5" },
    tokens: { ...used, cost_usd: 0.00225 },
    from: [PRICE_SET],
  },
  {
    title: "that nobody pays, for which the agent is not believed",
    ...{ agent: "claude", prints: [{ ...RESULT, total_cost_usd: 1e300 }], pricing: FREE },
    tokens: { ...used, cost_usd: 0 },
    from: ["pricing in wave.yaml"],
  },
  {
    title: "of a model that the manifest prices",
    ...{ agent: "codex", prints: CODEX, model: "own-1", pricing: OWN },
    tokens: { ...used, cost_usd: 0.02 },
    from: ["pricing in wave.yaml"],
  },
  {
    title: "of a model that nobody knows: it is unknown, which is not 0",
    ...{ agent: "codex", prints: CODEX, model: "nobody-knows", pricing: OWN },
    tokens: used,
    from: [],
  },
  {
    title: "of a model that is not even named",
    ...{ agent: "codex", prints: CODEX },
    tokens: used,
    from: [],
  },
  {
    title: "as the agent tells it, whatever prices say",
    ...{ agent: "claude", prints: [...CLAUDE, RESULT], pricing: FREE },
    tokens: { ...used, cost_usd: 0.5 },
    from: ["claude"],
  },
  {
    title: "of an agent that was ended before it told: at least what is known",
    ...{ agent: "claude", prints: CLAUDE, hangs: true },
    tokens: { ...used, cost_usd: 0.0045, ...more },
    from: [PRICE_SET],
  },
  {
    title: "of an agent that was ended and costs nothing: nothing",
    ...{ agent: "claude", prints: CLAUDE, hangs: true, pricing: FREE },
    tokens: { ...used, cost_usd: 0, at_least: true },
    from: ["pricing in wave.yaml"],
  },
  {
    title: "of a program of one's own: nobody knows what it asked for",
    ...{ agent: "mine", prints: CODEX, pricing: FREE },
    tokens: { input: 0, output: 0, total: 0, at_least: true },
    from: [],
  },
];

for (const { title, agent, prints, model, pricing = [], hangs, tokens, from } of CASES) {
  Deno.test(`runAgent() tells the cost ${title}`, async () => {
    await using bench = agentBench({ pricing, ...hangs === true ? { timeoutMs: 400 } : {} });
    const binary = `${bench.workspace}/${agent}`;
    const lines = prints.map((line) => `echo '${JSON.stringify(line)}'\n`).join("");
    Deno.writeTextFileSync(
      binary,
      `#!/bin/sh\ncat >/dev/null\n${lines}${hangs === true ? "sleep 60\n" : ""}`,
      { mode: 0o755 },
    );
    const adapter = adapterFor({ name: agent, binary });
    const request = bench.request("hi", { model: model ?? null });
    const result = await runAgent(adapter, request, bench.host);
    assert.deepEqual(result.tokens, tokens);
    assert.deepEqual(result.costFrom, from);
    // The trace has the same, with the parts that it was reckoned from.
    const last = bench.events.findLast(({ state, data }) =>
      state === "tool" && data !== undefined && "tokens" in data
    );
    const data: Record<string, unknown> = { ...last?.data };
    if (agent === "mine") return assert.equal(last, undefined);
    assert.deepEqual(data["tokens"], tokens);
    assert.deepEqual(data["cost_from"] ?? [], from);
    assert.ok(Array.isArray(data["models"]));
  });
}
