import assert from "node:assert/strict";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";
import { runAgent } from "../../../executor/adapters/run_agent.ts";
import { REPOSITORY, sourceCommand } from "../../source_command.ts";
import { agentBench } from "./agent_host.ts";

const [BINARY = "", ...WORDS] = sourceCommand(`${REPOSITORY}tests/executor/adapters/acp_agent.ts`);

/** An agent that does what the prompt says. */
function speaker(...args: string[]) {
  return adapterFor({
    name: "speaker",
    binary: BINARY,
    args: [...WORDS, ...args],
    protocol: "acp",
  });
}

type Bench = ReturnType<typeof agentBench>;
const tools = ({ events }: Bench) =>
  events.flatMap(({ state, message, data }) =>
    state === "tool" && data !== undefined && "tool" in data
      ? [`${data.tool} ${message}: ${data.result}`]
      : []
  );
const warnings = ({ events }: Bench) =>
  events.flatMap(({ state, message }) => state === "warning" ? [message] : []);
const said = ({ events }: Bench) =>
  events.flatMap(({ state, message, data }) =>
    state === "output" && !(data !== undefined && "raw" in data) ? [message] : []
  );
const shell = (toolCallId: string, command: string) => ({
  ask: { toolCallId, title: command, kind: "execute", rawInput: { command } },
});

Deno.test("runAgent() talks with an agent: what it says, what it does and its answer", async () => {
  await using bench = agentBench();
  const deeds = [
    { say: "I look first." },
    shell("c1", "touch x"),
    { say: "All is done. By $MODEL" },
    {
      usage: { usage: { totalTokens: 150, inputTokens: 100, outputTokens: 40, thoughtTokens: 10 } },
    },
  ];
  const result = await runAgent(
    speaker("--models=options"),
    bench.request(`do ${JSON.stringify(deeds)}`, { model: "m", systemPrompt: "Be kind." }),
    bench.host,
  );
  assert.equal(result.error, null);
  assert.equal(result.text, "All is done. By option model m");
  assert.deepEqual(said(bench), ["I look first.", "All is done. By option model m"]);
  assert.deepEqual(tools(bench), ["execute touch x: ok"]);
  assert.deepEqual(warnings(bench), []);
  // Never for ever.
  assert.equal(Deno.readTextFileSync(`${bench.workspace}/did-c1.txt`), "now");
  assert.equal(result.version, "1.2.3");
  const { input, output, total } = result.tokens;
  assert.deepEqual({ input, output, total }, { input: 100, output: 50, total: 150 });
  assert.equal(result.tokens.at_least, true);
  assert.equal(result.session, null);
});

interface Case {
  readonly name: string;
  readonly args?: readonly string[];
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly deeds: readonly unknown[];
  readonly session?: string;
  readonly model?: string;
  readonly error?: string | null;
  readonly text?: string;
  readonly tools?: readonly string[];
  readonly warnings?: readonly string[];
  /** Files of the workspace that are there then. */
  readonly files?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "refuses what its rules deny, and the agent goes on",
    deny: ["Bash(git push*)"],
    deeds: [shell("c1", "cd x && git push"), shell("c2", "true"), { say: "So I did not." }],
    text: "So I did not.",
    tools: ["execute cd x && git push: refused", "execute true: ok"],
    warnings: ["refused: execute cd x && git push (deny Bash(git push*))"],
    files: ["did-c2.txt"],
  },
  {
    name: "goes by the files that a call is about",
    deny: ["Write(secrets/*)"],
    deeds: [
      ...["secrets/a", "src/a"].map((path, index) => ({
        ask: {
          toolCallId: `write_file__f${index}`,
          kind: "edit",
          content: [{ type: "diff", path, oldText: null, newText: "x" }],
        },
      })),
      { say: "done" },
    ],
    text: "done",
    tools: ["write_file secrets/a: refused", "write_file src/a: ok"],
    warnings: ["refused: write_file secrets/a (deny Write(secrets/*))"],
  },
  {
    name: "tells of refusals where it then fails",
    allow: ["Read"],
    deeds: [
      { ask: { toolCallId: "write_file__f1", kind: "edit", locations: [{ path: "w.txt" }] } },
      { stop: "refusal" },
    ],
    error: "the agent refused to go on (refusal); " +
      "refused: write_file w.txt (allowed_tools does not name it)",
    text: "",
    tools: ["write_file w.txt: refused"],
    warnings: ["refused: write_file w.txt (allowed_tools does not name it)"],
    files: [],
  },
  {
    name: "says why an agent ended its turn without a word",
    deny: ["Bash"],
    deeds: [shell("c1", "ls")],
    error: "the agent stopped where it was refused; refused: execute ls (deny Bash)",
  },
  {
    name: "allows nothing for ever",
    deeds: [{ ...shell("c1", "true"), always: true }, { say: "done" }],
    text: "done",
    warnings: ["refused: execute true (the agent offers to allow it for ever only)"],
    files: [],
  },
  {
    name: "says what the agent did without asking, where a rule was against it",
    deny: ["Bash"],
    deeds: [
      {
        update: {
          ...{ sessionUpdate: "tool_call", toolCallId: "c1", title: "ls", kind: "execute" },
          status: "completed",
        },
      },
      {
        update: {
          ...{ sessionUpdate: "tool_call", toolCallId: "r1", title: "a.txt", kind: "read" },
          status: "completed",
        },
      },
      { say: "done" },
    ],
    text: "done",
    tools: ["execute ls: ok", "read a.txt: ok"],
    warnings: ["it did not ask for execute ls (deny Bash)"],
  },
  {
    name: "takes what was said before a tool for the answer where nothing follows",
    deeds: [{ say: "The answer." }, shell("c1", "true")],
    text: "The answer.",
  },
  ...(["max_tokens", "max_turn_requests", "cancelled"] as const).map((stop) => ({
    name: `fails when the turn ends by ${stop}`,
    deeds: [{ say: "half" }, { stop }],
    error: stop,
    text: "half",
  })),
  {
    name: "fails with what the agent says of its service",
    deeds: [{ fail: "HTTP 400 no more for now" }],
    error: "Internal error: HTTP 400 no more for now",
  },
  {
    name: "fails when its program ends in the middle",
    deeds: [{ say: "half" }, { exit: 3 }],
    error: "exit code 3",
  },
  {
    name: "goes on with an earlier session, and does not tell it again",
    args: ["--sessions"],
    session: "s7",
    deeds: [{ say: "I am $SESSION" }],
    text: "I am s7",
  },
  {
    name: "fails where the agent cannot go on with an earlier session",
    session: "s7",
    deeds: [{ say: "hi" }],
    error: "the agent cannot go on with an earlier session",
  },
  {
    name: "hands no session on of an agent that would not find it",
    args: ["--sessions", "--gemini"],
    deeds: [{ say: "hi" }],
    text: "hi",
  },
  {
    name: "names the model as agents did before they had options",
    args: ["--models=old"],
    model: "big",
    deeds: [{ say: "$MODEL" }],
    text: 'set_model {"sessionId":"s1","modelId":"big"}',
  },
  {
    name: "does not go on with another model than the one that was named",
    model: "big",
    deeds: [{ say: "hi" }],
    error: "the agent offers no choice of models: name big by args or env of its adapter",
  },
  {
    name: "says that a key is in the environment, where it is asked",
    args: ["--keyed"],
    deeds: [{ say: "let in" }],
    text: "let in",
  },
  {
    name: "ends an agent that does not end by itself, which is no failure",
    args: ["--lingers"],
    deeds: [{ say: "done" }],
    text: "done",
    warnings: [],
  },
];

for (const each of CASES) {
  Deno.test(`runAgent() by the Agent Client Protocol ${each.name}`, async () => {
    await using bench = agentBench();
    const { args = [], allow = [], deny = [], deeds, session, error = null } = each;
    const result = await runAgent(
      speaker(...args),
      bench.request(JSON.stringify(deeds), {
        permissions: { allow, deny },
        model: each.model ?? null,
        session: session === undefined ? null : { id: session, used: null },
      }),
      { ...bench.host, lingerMs: args.includes("--lingers") ? 100 : 5000 },
    );
    if (error === null) assert.equal(result.error, null);
    else assert.ok(result.error?.includes(error), result.error ?? "it succeeded");
    if (each.text !== undefined) assert.equal(result.text, each.text);
    if (each.tools !== undefined) assert.deepEqual(tools(bench), each.tools);
    if (each.warnings !== undefined) assert.deepEqual(warnings(bench), each.warnings);
    if (each.files !== undefined) {
      const files = [...Deno.readDirSync(bench.workspace)].map(({ name }) => name)
        .filter((name) => name.endsWith(".txt"));
      assert.deepEqual(files.sort(), each.files);
    }
    const resumable = session !== undefined && args.includes("--sessions")
      ? { id: session, used: null }
      : null;
    assert.deepEqual(result.session, resumable);
  });
}

Deno.test("runAgent() tells an agent that is cancelled to stop, and ends it", async () => {
  await using bench = agentBench({ graceMs: 2000 });
  const running = runAgent(
    speaker(),
    bench.request(JSON.stringify([{ say: "I wait" }, shell("c1", "true"), { hang: true }])),
    {
      ...bench.host,
      emit: (draft) => {
        bench.host.emit(draft);
        if (draft.state === "tool") bench.stop();
      },
    },
  );
  const { exit } = await running;
  assert.equal(exit.kind, "cancelled");
  assert.equal(Deno.readTextFileSync(`${bench.workspace}/cancelled.txt`), "s1");
});

Deno.test("runAgent() does not lose a failure of its own in the middle of a conversation", async () => {
  await using bench = agentBench();
  const full = new Error("no space left");
  const emit: typeof bench.host.emit = (draft) => {
    if (draft.state === "tool") throw full;
  };
  const request = bench.request(JSON.stringify([shell("c1", "true"), { hang: true }]));
  await assert.rejects(runAgent(speaker(), request, { ...bench.host, emit }), full);
});

Deno.test("runAgent() ends an agent that does not answer when it has been silent for long", async () => {
  await using bench = agentBench();
  // One says nothing at all, the other ends its turn when it is told to stop.
  const hangs = JSON.stringify([{ say: "I think" }, { hang: true }]);
  for (const [agent, prompt] of [[speaker("--mute"), "hi"], [speaker(), hangs]] as const) {
    const request = bench.request(prompt);
    const result = await runAgent(agent, request, {
      ...bench.host,
      graceMs: 2000,
      silenceMs: 2000,
    });
    assert.equal(result.exit.kind, "silent");
    assert.match(result.error ?? "", /no output for/);
  }
});
