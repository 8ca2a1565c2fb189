import assert from "node:assert/strict";
import { project } from "../../cli.ts";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";
import type { StepExit } from "../../../executor/processes/exit.ts";

const exit: StepExit = {
  kind: "success",
  durationMs: 1,
  stderrTail: "",
  outputCut: false,
  end: null,
};

Deno.test("codex counts on where it continues, and an attempt has only its own tokens", () => {
  const codex = adapterFor({ name: "codex", binary: "codex" });
  assert.ok(codex.kind === "program");
  const used = { model: null, input: 100, cacheRead: 60, cacheWrite: 0, output: 40 };
  const interpreter = codex.interpreter({ id: "t1", used });
  interpreter.line('{"type":"thread.started","thread_id":"t1"}');
  interpreter.line(
    '{"type":"turn.completed","usage":{"input_tokens":200,"cached_input_tokens":130,"output_tokens":90}}',
  );
  const { tokens, models, session } = interpreter.verdict(exit);
  assert.deepEqual(tokens, { input: 100, output: 50, total: 150 });
  assert.deepEqual(models, [{ ...used, input: 100, cacheRead: 70, output: 50 }]);
  assert.deepEqual(session, {
    id: "t1",
    used: { ...used, input: 200, cacheRead: 130, output: 90 },
  });
});

/** Says its arguments and its prompt. */
const CLAUDE = `#!/bin/sh
prompt=$(cat)
printf '%s\\n%s\\n' "$*" "$prompt" > "$WAVE_PROJECT/$WAVE_STEP_ID.txt"
[ "$WAVE_STEP_ID" != bad ] || [ -e "$WAVE_PROJECT/tried" ] || {
  touch "$WAVE_PROJECT/tried"; echo "No conversation found" >&2; exit 1; }
echo '{"type":"system","subtype":"init","claude_code_version":"2.1.0"}'
used='"total_cost_usd":0.25,"modelUsage":{"m":{"inputTokens":3,"outputTokens":1}}'
echo '{"type":"result","result":"answer","session_id":"of-'$WAVE_STEP_ID'",'"$used}"
`;
const step = (id: string, before: string, more = "") =>
  `  - { id: ${id}, persona: p, thread: t, dependencies: [${before}], ` +
  `exec: { type: prompt, source: go }${more} }\n`;
const SHARED = ", workspace: { type: worktree, branch: shared }";

Deno.test("a step goes on with the session of its thread in the same folder, else it gets the text", async () => {
  await using place = await project({
    "wave.yaml":
      "adapters: { claude: { binary: bin/claude } }\npersonas: { p: { adapter: claude } }\n",
    "bin/claude": CLAUDE,
    ".wave/pipelines/p.yaml": `steps:\n${step("a", "", SHARED)}${step("b", "a", SHARED)}${
      step("bad", "b", `${SHARED}, retry: { max_attempts: 2, base_delay: 10ms }`)
    }${step("other", "bad")}`,
  });
  Deno.chmodSync(`${place.root}/bin/claude`, 0o755);
  const made = await place.shell(
    "git init -q && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m one",
  );
  assert.equal(made.code, 0, made.stderr);
  const { code, stdout, stderr } = await place.wave(["run", "p"]);
  assert.equal(code, 0, stdout + stderr);
  const told = (id: string) => Deno.readTextFileSync(`${place.root}/${id}.txt`);
  assert.doesNotMatch(told("a"), /--resume|said before/);
  assert.match(told("b"), /--resume of-a --fork-session/);
  assert.doesNotMatch(told("b"), /said before/);
  // Its first attempt went on with a session that was not there.
  assert.doesNotMatch(told("bad"), /--resume/);
  assert.match(told("bad"), /What step a said before\n\nanswer\n\n## What step b said before/);
  assert.doesNotMatch(told("other"), /--resume/);
  assert.match(told("other"), /What step bad said before/);
  // The end of each attempt tells what did it, and where its cost comes from.
  const ends = (await place.wave(["logs", "-n", "all", "--format", "json"])).json()["logs"] as {
    readonly state: string;
    readonly step_id: string | null;
    readonly data?: Readonly<Record<string, unknown>>;
  }[];
  const end = ends.find(({ state, step_id }) => state === "completed" && step_id === "b")?.data;
  assert.deepEqual(
    [end?.["agent_version"], end?.["cost_from"], end?.["tokens"]],
    ["2.1.0", ["claude"], { input: 3, output: 1, total: 4, cost_usd: 0.25 }],
  );
});
