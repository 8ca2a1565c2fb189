import assert from "node:assert/strict";
import type { EventDraft } from "../../../event/event.ts";
import { runAgent } from "../../../executor/adapters/run_agent.ts";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";
import { agentBench } from "./agent_host.ts";

const mock = adapterFor({ name: "mock", binary: "mock" });

Deno.test("runAgent() gives the prompt to any binary and takes what it prints for the answer", async () => {
  await using bench = agentBench();
  const cat = adapterFor({ name: "any", binary: "cat" });
  const result = await runAgent(
    cat,
    bench.request("one\ntwo", { systemPrompt: "Be kind." }),
    bench.host,
  );
  assert.equal(result.error, null);
  assert.equal(result.text, "Be kind.\n\none\ntwo");
  assert.deepEqual(bench.output(), ["Be kind.", "", "one", "two"]);
  assert.equal(bench.events[0]?.persona, "tester");
});

Deno.test("runAgent() says how a program failed, with the end of its stderr", async () => {
  await using bench = agentBench();
  const sh = adapterFor({ name: "any", binary: "sh", args: ["-c", "echo no key >&2; exit 3"] });
  const result = await runAgent(sh, bench.request("x".repeat(1 << 20)), bench.host);
  assert.equal(result.error, "exit code 3: no key");
  assert.equal(result.exit.kind, "exit_code");
});

Deno.test("runAgent() says which program is missing", async () => {
  await using bench = agentBench();
  const none = adapterFor({ name: "any", binary: "no-such-agent-anywhere" });
  const result = await runAgent(none, bench.request("hi"), bench.host);
  assert.equal(result.exit.kind, "spawn_failed");
  assert.match(result.error ?? "", /no-such-agent-anywhere/);
});

Deno.test("runAgent() with mock answers the same to the same prompt and writes all artifacts", async () => {
  const schema = {
    type: "object",
    required: ["items"],
    properties: { items: { type: "array", minItems: 2, items: { type: "string" } } },
  };
  const artifacts = [
    { name: "report", path: "out/report.md", type: "markdown" },
    { name: "list", path: "list.json", type: "json", schema },
    { name: "free", path: "free.json", type: "json" },
  ];
  const read = async () => {
    await using bench = agentBench();
    const result = await runAgent(mock, bench.request("Write a report", { artifacts }), bench.host);
    assert.equal(result.error, null);
    assert.deepEqual(bench.output(), [result.text]);
    const files = artifacts.map(({ path }) => Deno.readTextFileSync(`${bench.workspace}/${path}`));
    return { text: result.text, tokens: result.tokens, files };
  };
  const first = await read();
  assert.deepEqual(await read(), first);
  assert.match(first.files[0] ?? "", /> Write a report/);
  assert.deepEqual(JSON.parse(first.files[1] ?? ""), { items: ["mock", "mock"] });
  assert(first.tokens.total > 0);
});

Deno.test("runAgent() with mock does what the directive says", async () => {
  await using bench = agentBench();
  const directive = { say: "ok", tokens: 900, tools: ["Read"], write: { "a/b.txt": "text" } };
  const prompt = `@@mock ${JSON.stringify(directive)}@@ go`;
  const result = await runAgent(mock, bench.request(prompt), bench.host);
  assert.deepEqual(
    { text: result.text, tokens: result.tokens },
    { text: "ok", tokens: { input: 600, output: 300, total: 900, cost_usd: 0 } },
  );
  assert.equal(Deno.readTextFileSync(`${bench.workspace}/a/b.txt`), "text");
  const tools = bench.events.filter(({ state }) => state === "tool").map(({ data }) => data);
  assert.deepEqual(tools, [
    { tool: "Read", result: "ok" },
    { tool: "Write", result: "ok" },
    { tokens: result.tokens, cost_from: ["mock"] },
  ]);

  const failing = `@@mock {"fail": "no luck", "fail_attempts": 1}@@`;
  const errors = [];
  for (const attempt of [1, 2]) {
    errors.push((await runAgent(mock, bench.request(failing, { attempt }), bench.host)).error);
  }
  assert.deepEqual(errors, ["no luck", null]);
});

Deno.test("runAgent() with mock writes nothing outside the workspace", async () => {
  await using bench = agentBench();
  for (const path of ["../escaped.txt", "/tmp/escaped.txt", "a/../../escaped.txt"]) {
    const prompt = `@@mock ${JSON.stringify({ write: { [path]: "x" } })}@@`;
    const result = await runAgent(mock, bench.request(prompt), bench.host);
    assert.match(result.error ?? "", /refused to write outside/);
  }
});

Deno.test("runAgent() with mock ends at once when it is cancelled or out of time", async () => {
  await using bench = agentBench();
  const slow = bench.request(`@@mock {"delay_ms": 100000}@@`);
  const late = await runAgent(mock, slow, { ...bench.host, timeoutMs: 5 });
  assert.equal(late.exit.kind, "timed_out");
  const running = runAgent(mock, slow, bench.host);
  bench.stop();
  const result = await running;
  assert.equal(result.exit.kind, "cancelled");
  assert.equal(result.error, "cancelled");
});

Deno.test("runAgent() throws what recording throws, and leaves no process", async () => {
  await using bench = agentBench();
  const yes = adapterFor({ name: "any", binary: "yes" });
  const emit = () => {
    throw new Error("disk full");
  };
  await assert.rejects(runAgent(yes, bench.request("hi"), { ...bench.host, emit }), /disk full/);
  assert.deepEqual((await bench.host.finder.find([{ mark: bench.host.mark }])).pids, []);
});

const RESULT = { type: "result", result: "done", usage: { input_tokens: 3, output_tokens: 4 } };
const SAY = "exec 2>/dev/null; printf '%s\\n' \"$0\"";

Deno.test("runAgent() takes the answer of an agent that does not end behind it", async () => {
  const script = `${SAY}; sleep 100`;
  for (const limits of [{ lingerMs: 20 }, { timeoutMs: 200 }]) {
    await using bench = agentBench(limits);
    const args = ["-c", script, JSON.stringify(RESULT)];
    const hanging = adapterFor({ name: "claude", binary: "sh", args });
    const result = await runAgent(hanging, bench.request("hi"), bench.host);
    assert.deepEqual(
      {
        text: result.text,
        error: result.error,
        exit: result.exit.kind,
        total: result.tokens.total,
      },
      { text: "done", error: null, exit: "success", total: 7 },
    );
    const warnings = bench.events.filter(({ state }) => state === "warning");
    assert.deepEqual(warnings.map(({ message }) => message), [
      "the agent answered and did not end: its processes were ended",
    ]);
    assert.deepEqual((await bench.host.finder.find([{ mark: bench.host.mark }])).pids, []);
  }
});

Deno.test("runAgent() takes nothing from stderr for an answer", async () => {
  await using bench = agentBench();
  const args = ["-c", `printf '%s\\n' "$0" >&2`, JSON.stringify(RESULT)];
  const mute = adapterFor({ name: "claude", binary: "sh", args });
  const { text, error, tokens } = await runAgent(mute, bench.request("hi"), bench.host);
  assert.deepEqual([text, tokens.total], ["", 0]);
  assert.notEqual(error, null);
});

Deno.test("runAgent() cancels an agent that has answered and did not end", async () => {
  await using bench = agentBench({ lingerMs: 60_000 });
  const hanging = adapterFor({
    name: "claude",
    binary: "sh",
    args: ["-c", `${SAY}; sleep 100`, JSON.stringify(RESULT)],
  });
  const emit = bench.host.emit;
  const host = {
    ...bench.host,
    emit: (draft: Parameters<typeof emit>[0]) => {
      emit(draft);
      if (draft.state === "output") bench.stop();
    },
  };
  assert.equal((await runAgent(hanging, bench.request("hi"), host)).exit.kind, "cancelled");
});

/** A program that is read as `claude`, and prints these events; `then` is what its script does behind. */
function claudeThat(events: readonly unknown[], then = "exit 0") {
  const script = `exec 2>/dev/null; printf '%s\\n' "$0"; ${then}`;
  const lines = events.map((event) => JSON.stringify(event)).join("\n");
  return adapterFor({ name: "claude", binary: "sh", args: ["-c", script, lines] });
}

const CALL = {
  type: "assistant",
  message: {
    id: "m",
    usage: { input_tokens: 5, output_tokens: 1 },
    content: [
      { type: "text", text: "I write a plan.\nThen I test." },
      { type: "tool_use", id: "t", name: "Write", input: { file_path: "plan.md" } },
    ],
  },
};
const DENIED = {
  type: "user",
  message: {
    content: [{
      type: "tool_result",
      tool_use_id: "t",
      is_error: true,
      content: "Permission to use Write has been denied",
    }],
  },
};
const RETRY = {
  type: "system",
  subtype: "api_retry",
  error_status: 429,
  retry_delay_ms: 3_600_000,
};

Deno.test("runAgent() tells what the agent says and does, and keeps its stream apart", async () => {
  await using bench = agentBench();
  const permissions = { allow: ["Read"], deny: [] };
  const failed = { type: "result", is_error: true, result: "I cannot" };
  const result = await runAgent(
    claudeThat([CALL, DENIED, failed]),
    bench.request("hi", { permissions }),
    bench.host,
  );
  assert.equal(
    result.error,
    "I cannot; refused: Write plan.md (allowed_tools does not name it)",
  );
  const isRaw = ({ data }: EventDraft) => data !== undefined && "raw" in data;
  const told = bench.events.filter((event) => !isRaw(event)).map((event) => {
    const { state, message, data } = event;
    return [state, message, data && "result" in data ? data["result"] : null];
  });
  assert.deepEqual(told, [
    ["output", "I write a plan.", null],
    ["output", "Then I test.", null],
    ["tool", "plan.md", "Permission to use Write has been denied"],
    ["warning", "refused: Write plan.md (allowed_tools does not name it)", null],
  ]);
  const raw = bench.events.filter((event) => isRaw(event) && event.state === "output");
  assert.deepEqual(raw.map(({ message }) => JSON.parse(message ?? "")), [CALL, DENIED, failed]);
});

Deno.test("runAgent() ends an agent that is silent, with the last error that it told", async () => {
  await using bench = agentBench({ silenceMs: 200 });
  const silent = claudeThat([RETRY], "sleep 100");
  const result = await runAgent(silent, bench.request("hi"), bench.host);
  assert.equal(result.exit.kind, "silent");
  assert.equal(
    result.error,
    "no output for 0.2s; last: API error 429, next try in 3600 s",
  );
  assert.equal(result.tokens.at_least, true);
});

Deno.test("runAgent() takes the work of an agent's tool for no silence", async () => {
  await using bench = agentBench({ silenceMs: 100, timeoutMs: 600 });
  const busy = claudeThat([CALL], "sleep 100");
  const result = await runAgent(busy, bench.request("hi"), bench.host);
  assert.equal(result.exit.kind, "timed_out");
  // The tool that was at work is told, too, and what was used is not all that is known of.
  const tools = bench.events.flatMap(({ data }) =>
    data && "result" in data ? [data["result"]] : []
  );
  assert.deepEqual(tools, ["no result"]);
  assert.deepEqual(result.tokens, { input: 5, output: 1, total: 6, at_least: true });
});

const retry = (retry_delay_ms: number) => ({
  type: "system",
  subtype: "api_retry",
  error_status: 429,
  retry_delay_ms,
});

Deno.test("runAgent() ends an agent that would wait for long by itself, and says until when", async () => {
  await using bench = agentBench();
  const before = Date.now();
  const agent = claudeThat([retry(3_600_000)], "exec sleep 60");
  const { limit, error, tokens } = await runAgent(agent, bench.request("hi"), bench.host);
  assert.ok(limit?.until != null && limit.until >= before + 3_600_000);
  assert.equal(error, "API error 429, next try in 3600 s");
  assert.equal(tokens.at_least, undefined, "what it asked for was refused");
});

Deno.test("runAgent() lets an agent wait for a while, and tells others to", async () => {
  const throttled: number[] = [];
  await using bench = agentBench({ onThrottled: (until) => throttled.push(until) });
  const before = Date.now();
  const agent = claudeThat([retry(500), retry(30_000), { type: "result", result: "done" }]);
  const { limit, text } = await runAgent(agent, bench.request("hi"), bench.host);
  assert.deepEqual([limit, text], [null, "done"]);
  assert.equal(throttled.length, 1);
  assert.ok((throttled[0] ?? 0) >= before + 30_000);
});

Deno.test("runAgent() finds the usage limit that any program tells on stderr when it fails", async () => {
  await using bench = agentBench();
  const program = (script: string) =>
    adapterFor({ name: "any", binary: "sh", args: ["-c", script] });
  const says = "echo 'usage limit reached|1771606800' >&2";
  const cases: [string, { until: number | null } | null][] = [
    [`${says}; exit 1`, { until: 1771606800000 }],
    [`${says}; echo answer`, null],
    ["echo 'usage limit reached' >&2; exit 1", { until: null }],
    ["echo 'rate limit reached' >&2; exit 1", null],
    ["echo 'usage limit reached|1771606800'; exit 1", null],
  ];
  for (const [script, limit] of cases) {
    const result = await runAgent(program(script), bench.request("hi"), bench.host);
    assert.deepEqual(result.limit, limit, script);
  }
});
