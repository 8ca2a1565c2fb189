/** What a budget does to a program that works. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";
import { runAgent } from "../../../executor/adapters/run_agent.ts";
import { RunLedger } from "../../../executor/budget/run_ledger.ts";
import type { BudgetLimits } from "../../../event/event.ts";
import { realClock } from "../fixture.ts";
import { agentBench } from "./agent_host.ts";

const message = (id: string, tokens: number) =>
  JSON.stringify({
    type: "assistant",
    message: {
      id,
      model: "m",
      content: [{ type: "text", text: "working" }],
      usage: { input_tokens: tokens, output_tokens: 1 },
    },
  });
const RESULT = JSON.stringify({
  type: "result",
  result: "done after all",
  usage: { input_tokens: 300, output_tokens: 3 },
});

function ledgerOf(limits: BudgetLimits) {
  const enforced: string[] = [];
  const ledger = new RunLedger({
    ...{ runId: "r", file: "p.yaml", limits, steps: [], before: undefined, outer: null },
    watch: realClock,
    onEnforced: (message) => enforced.push(message),
  });
  return { ledger, enforced };
}

/** A program that answers in the form of Claude Code, and does what `script` says. */
function claude(folder: string, script: string) {
  const binary = join(folder, "claude");
  Deno.writeTextFileSync(binary, `#!/bin/bash\ncat >/dev/null\n${script}\n`, { mode: 0o700 });
  return adapterFor({ name: "claude", binary });
}

Deno.test("a program that passes a budget is ended, and what it says then is no answer", async () => {
  await using bench = agentBench({ graceMs: 5000 });
  const { ledger, enforced } = ledgerOf({ tokens: 150 });
  using _ledger = ledger;
  const meter = ledger.spender("step", { persona: "p", attempt: 1, emit: bench.host.emit });
  const adapter = claude(
    bench.workspace,
    `(setsid sleep 300 &)
trap 'echo ${"'\\''"}${RESULT}${"'\\''"}' TERM
echo '${message("m1", 100)}'; echo '${message("m2", 100)}'
while :; do sleep 0.1; done`,
  );
  const begun = performance.now();
  const result = await runAgent(adapter, bench.request("go"), { ...bench.host, meter });
  const tookMs = performance.now() - begun;
  assert.equal(result.error, "budget of 150 tokens reached: 202 used");
  assert.equal(result.overBudget, true);
  assert.deepEqual(enforced, ["budget of 150 tokens reached: 202 used"]);
  assert.deepEqual(result.exit.end?.left, []);
  // Its grace would be five seconds, were it not that it spends.
  assert(tookMs < 5000, `${tookMs} ms`);
});

Deno.test("a program that had answered when a budget was passed has done its work", async () => {
  await using bench = agentBench();
  const { ledger } = ledgerOf({ tokens: 150 });
  using _ledger = ledger;
  const emit = bench.host.emit;
  const meter = ledger.spender("step", { persona: "p", attempt: 1, emit });
  const adapter = claude(
    bench.workspace,
    `echo '${RESULT}'; echo '${message("m1", 200)}'; sleep 300`,
  );
  const result = await runAgent(adapter, bench.request("go"), { ...bench.host, meter });
  assert.equal(result.error, null);
  assert.equal(result.text, "done after all");
});

Deno.test("what is left is handed to a program that holds such a limit itself", async () => {
  await using bench = agentBench();
  const { ledger } = ledgerOf({ usd: 0.25 });
  using _ledger = ledger;
  const meter = ledger.spender("step", { persona: "p", attempt: 1, emit: bench.host.emit });
  const adapter = claude(bench.workspace, `printf '%s ' "$@" > args; echo '${RESULT}'`);
  await runAgent(adapter, bench.request("go"), { ...bench.host, meter });
  assert.match(Deno.readTextFileSync(join(bench.workspace, "args")), /--max-budget-usd 0.25 /);
});
