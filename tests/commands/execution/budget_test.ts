/** What happens at the limits of a run: shapes of pipelines, limits, and the outcome that a user sees. */
import assert from "node:assert/strict";
import { endsRun } from "../../../event/event.ts";
import { readTrace } from "../../faults/evidence.ts";
import { type Project, project } from "../../cli.ts";
import { callProgram } from "../../program.ts";

const MANIFEST = `
adapters: { mock: { binary: mock }, own: { binary: cat } }
personas: { worker: { adapter: mock }, unmeasured: { adapter: own } }
`;

/** An agent that uses 100 tokens and 10 cents at a time, so often, and that waits long before the last. */
function agent(times: number, more: Record<string, unknown> = {}): string {
  const usage = Array.from({ length: times }, (_, index) => ({
    tokens: 100,
    cost_usd: 0.1,
    after_ms: index > 0 && index === times - 1 ? 20_000 : 1,
  }));
  return promptOf({ usage, ...more });
}

/** One that ends by itself. */
function quick(times: number, more: Record<string, unknown> = {}): string {
  const part = { tokens: 100, cost_usd: 0.1 };
  return promptOf({ usage: Array.from({ length: times }, () => part), ...more });
}

function promptOf(directive: Record<string, unknown>): string {
  const source = `@@mock ${JSON.stringify(directive)}@@ work`;
  return `persona: worker, exec: { type: prompt, source: ${JSON.stringify(source)} }`;
}

interface Case {
  readonly steps: string;
  readonly more?: string;
  /** Other pipelines, by name. */
  readonly others?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly code: number;
  /** Of the run's error. */
  readonly says?: RegExp;
  readonly tokens: number;
  readonly attempts: number;
  /** `id status`, of all steps. */
  readonly ends: string;
}

const CASES: Readonly<Record<string, Case>> = {
  "a limit that is enough": {
    steps: `[{ id: a, ${quick(2)} }]`,
    args: ["--max-usd", "0.21"],
    ...{ code: 0, tokens: 200, attempts: 1, ends: "a completed" },
  },
  "a limit that is passed in the middle of an attempt": {
    steps: `[{ id: a, retry: { max_attempts: 3, base_delay: 1ms }, ${agent(4)} }, ` +
      `{ id: b, dependencies: [a], ${quick(1)} }]`,
    args: ["--max-tokens", "250"],
    says: /^step a failed: budget of 250 tokens reached: 300 used$/,
    ...{ code: 1, tokens: 300, attempts: 1, ends: "a failed, b skipped" },
  },
  "a limit that an attempt passes with its last breath: it is paid, and stays": {
    steps: `[{ id: a, ${promptOf({ tokens: 300 })} }, ` +
      `{ id: b, dependencies: [a], script: "true" }, { id: c, dependencies: [b], ${quick(1)} }]`,
    args: ["--max-tokens", "250"],
    says:
      /^step c failed: not started: budget of 250 tokens reached: 300 used; to go on: wave resume p-\S+ --max-tokens <more>$/,
    ...{ code: 1, tokens: 300, attempts: 1, ends: "a completed, b completed, c failed" },
  },
  "retries": {
    steps: `[{ id: a, retry: { max_attempts: 5, base_delay: 1ms }, ${quick(1, { fail: true })} }]`,
    args: ["--max-usd", "0.25"],
    says: /^step a failed: .*budget of \$0.25 reached: \$0.30 used/,
    ...{ code: 1, tokens: 300, attempts: 3, ends: "a failed" },
  },
  "the starts of a step, which is not tried again without one": {
    steps: `[{ id: a, budget: { attempts: 2 }, retry: { max_attempts: 5, base_delay: 1ms }, ${
      quick(1, { fail: true })
    } }]`,
    says:
      /not started: budget of 2 attempts reached: 2 used \(limit of step a\).* \(attempt 3 of 5; /,
    ...{ code: 1, tokens: 200, attempts: 2, ends: "a failed" },
  },
  "a wait for the next attempt": {
    steps:
      `[{ id: a, retry: { max_attempts: 3, base_delay: 30s }, ${quick(1, { fail: true })} }, ` +
      `{ id: b, ${
        promptOf({ usage: [{ tokens: 200, after_ms: 60 }, { tokens: 1, after_ms: 9000 }] })
      } }]`,
    args: ["--max-tokens", "250"],
    says: /^step b failed: budget of 250 tokens reached: 300 used$/,
    ...{ code: 1, tokens: 300, attempts: 2, ends: "a cancelled, b failed" },
  },
  "a loop": {
    steps:
      `[{ id: l, loop: { max_iterations: 9, until: "no", on_limit: continue, steps: [{ id: a, ${
        quick(1)
      } }] } }]`,
    more: "budget: { attempts: 4 }",
    says: /budget of 4 attempts reached: 4 used/,
    ...{ code: 1, tokens: 400, attempts: 4, ends: "l failed, a failed" },
  },
  "items side by side, of which the limit of starts lets some start": {
    steps:
      `[{ id: a, iterate: { over: [1, 2, 3, 4, 5, 6], mode: parallel, max_concurrent: 6, on_failure: continue }, ${
        promptOf({ usage: [{ tokens: 100, after_ms: 30 }] })
      } }]`,
    more: "budget: { attempts: 3 }",
    says: /budget of 3 attempts reached: 3 used/,
    ...{ code: 1, tokens: 300, attempts: 3, ends: "a failed" },
  },
  "a contract that asks an agent": {
    steps: `[{ id: a, ${quick(2)}, handover: { contract: { type: agent_review, persona: worker, ` +
      `on_failure: warn, criteria: [${
        JSON.stringify(`@@mock {"usage": [{"tokens": 100, "cost_usd": 0.1}]}@@ good`)
      }] } } }, { id: b, dependencies: [a], ${quick(1)} }]`,
    args: ["--max-usd", "0.30"],
    says: /^step b failed: not started: budget of \$0.30 reached: \$0.30 used/,
    ...{ code: 1, tokens: 300, attempts: 2, ends: "a completed, b failed" },
  },
  "a contract that may not ask": {
    steps: `[{ id: a, optional: true, ${quick(2)}, handover: { contract: { type: agent_review, ` +
      `persona: worker, on_failure: warn, criteria: [good] } } }]`,
    args: ["--max-usd", "0.20"],
    says: /budget of \$0.20 reached: \$0.20 used/,
    ...{ code: 1, tokens: 200, attempts: 1, ends: "a failed" },
  },
  "the budget of a step, whose failure is tolerated": {
    steps: `[{ id: a, optional: true, budget: { tokens: 150 }, ${agent(3)} }, ` +
      `{ id: b, dependencies: [a], ${quick(1)} }]`,
    ...{ code: 0, tokens: 300, attempts: 2, ends: "a failed, b completed" },
  },
  "the budget of a loop": {
    steps:
      `[{ id: l, budget: { tokens: 250 }, loop: { max_iterations: 9, until: "no", steps: [{ id: a, ${
        promptOf({ tokens: 100 })
      } }] } }, { id: b, ${quick(1)} }]`,
    says:
      /step l failed: step a failed: not started: budget of 250 tokens reached: 300 used \(limit of step l\); to go on: raise budget.tokens in step l of .wave\/pipelines\/p.yaml/,
    ...{ code: 1, tokens: 400, attempts: 4, ends: "l failed, a failed, b completed" },
  },
  "an inner run, which sees the limit around it": {
    steps: `[{ id: a, ${quick(1)} }, { id: in, dependencies: [a], pipeline: q }]`,
    others: { q: `steps: [{ id: x, pipeline: r }]`, r: `steps: [{ id: y, ${agent(4)} }]` },
    args: ["--max-usd", "0.25"],
    says:
      /pipeline q failed: step x failed: pipeline r failed: step y failed: budget of \$0.25 reached: \$0.30 used/,
    ...{ code: 1, tokens: 300, attempts: 2, ends: "a completed, in failed" },
  },
  "an inner run with a budget of its own": {
    steps: `[{ id: in, retry: { max_attempts: 3, base_delay: 1ms }, pipeline: q }, ` +
      `{ id: b, dependencies: [in], ${quick(1)} }]`,
    others: { q: `budget: { tokens: 150 }\nsteps: [{ id: x, ${agent(3)} }]` },
    says:
      /pipeline q failed: step x failed: budget of 150 tokens reached: 200 used \(limit of run q-\S+\)/,
    ...{ code: 1, tokens: 200, attempts: 1, ends: "in failed, b skipped" },
  },
  "minutes": {
    steps: `[{ id: a, ${agent(2)} }]`,
    more: "budget: { minutes: 0.005 }",
    says: /^step a failed: budget of 0.005 minutes reached: 0\.0\d+ used$/,
    ...{ code: 1, tokens: 100, attempts: 1, ends: "a failed" },
  },
  "minutes, which scripts use, too: they finish, and nothing more is started": {
    steps: `[{ id: l, loop: { max_iterations: 99, until: "no", on_limit: continue, ` +
      `steps: [{ id: a, type: command, script: "sleep 0.4" }] } }, ` +
      `{ id: b, dependencies: [l], optional: true, type: command, script: "true" }]`,
    more: "budget: { minutes: 0.01 }",
    says:
      /not started: budget of 0.01 minutes reached: 0.0\d+ used; to go on: raise budget.minutes/,
    ...{ code: 1, tokens: 0, attempts: 0, ends: "l failed, a failed, b skipped" },
  },
  "the minutes of a step, whose script is not tried again after them": {
    steps: `[{ id: a, budget: { minutes: 0.004 }, retry: { max_attempts: 99, base_delay: 1ms }, ` +
      `type: command, script: "sleep 0.3; exit 1" }, { id: b, type: command, script: "true" }]`,
    says: /^step a failed: not started: budget of 0.004 minutes reached: .* \(limit of step a\)/,
    ...{ code: 1, tokens: 0, attempts: 0, ends: "a failed, b completed" },
  },
  "the narrowest of three": {
    steps: `[{ id: a, ${promptOf({ tokens: 100 })} }, { id: b, dependencies: [a], ${quick(1)} }]`,
    more: "budget: { tokens: 90 }",
    args: ["--max-tokens", "95"],
    says: /budget of 90 tokens reached: 100 used/,
    ...{ code: 1, tokens: 100, attempts: 1, ends: "a completed, b failed" },
  },
};

async function tryOut(place: Project, { steps, more = "", others = {} }: Case): Promise<void> {
  await place.write(".wave/pipelines/p.yaml", `${more}\nsteps: ${steps}\n`);
  for (const [name, yaml] of Object.entries(others)) {
    await place.write(`.wave/pipelines/${name}.yaml`, `${yaml}\n`);
  }
}

interface RunJson {
  readonly id: string;
  readonly error_message: string | null;
  readonly budget: {
    readonly used: Readonly<Record<string, number>>;
    readonly left: Readonly<Record<string, number | null>>;
  } | null;
  readonly steps: readonly { readonly id: string; readonly status: string }[];
}

async function newest(root: string): Promise<RunJson> {
  const { stdout } = await callProgram(
    ["status", "--all", "--pipeline", "p", "--limit", "1", "--format", "json"],
    { cwd: root },
  );
  const [run] = JSON.parse(stdout)["pipelines"];
  return run;
}

/** Tokens and starts as the trace has them, with those of runs within. */
function usedBy(root: string, id: string): { tokens: number; attempts: number } {
  const last = readTrace(root, id)?.events.at(-1);
  assert(last !== undefined && endsRun(last));
  const { tokens, steps } = last.data.snapshot;
  const inner = steps.reduce((sum, { use }) => sum + (use?.inner?.total ?? 0), 0);
  return {
    tokens: tokens.total + inner,
    attempts: steps.reduce((sum, { use }) => sum + (use?.attempts ?? 0), 0),
  };
}

Deno.test("a budget ends what passes it, and lets nothing more start", async (t) => {
  for (const [name, each] of Object.entries(CASES)) {
    await t.step(name, async () => {
      await using place = await project({ "wave.yaml": MANIFEST });
      await tryOut(place, each);
      const called = await callProgram(["run", "p", "x", ...each.args ?? []], { cwd: place.root });
      const run = await newest(place.root);
      assert.equal(called.code, each.code, called.stderr);
      if (each.says === undefined) assert.equal(run.error_message, null);
      else assert.match(run.error_message ?? "", each.says);
      const ends = run.steps.map(({ id, status }) => `${id} ${status}`).join(", ");
      const { tokens, attempts } = each;
      assert.deepEqual({ ends, ...usedBy(place.root, run.id) }, {
        ends: each.ends,
        tokens,
        attempts,
      });
    });
  }
});

Deno.test("resume --max-usd goes on, and counts what was spent", async () => {
  await using place = await project({ "wave.yaml": MANIFEST });
  const steps = `[{ id: a, ${agent(3)} }, { id: b, dependencies: [a], ${quick(1)} }]`;
  await tryOut(place, {
    steps,
    more: "budget: { usd: 0.15 }",
    code: 1,
    tokens: 0,
    attempts: 0,
    ends: "",
  });
  const call = (...args: string[]) => callProgram(args, { cwd: place.root });
  assert.equal((await call("run", "p", "x")).code, 1);
  const before = await newest(place.root);
  assert.deepEqual([before.budget?.used["usd"], before.budget?.left["usd"]], [0.2, 0]);
  const why = await call("why");
  assert.match(why.stdout, /step a failed: budget of \$0.15 reached: \$0.20 used\n/);
  assert.match(why.stdout, new RegExp(`next: wave resume ${before.id} --max-usd 0.35\n`));
  assert.match((await call("status", before.id)).stdout, /Budget +\$0.00 of \$0.15 left/);

  // Without more nothing starts.
  const again = await call("resume", before.id);
  assert.equal(again.code, 1);
  assert.match(
    again.stderr,
    /not started: budget of \$0.15 reached: \$0.20 used; to go on: wave resume/,
  );

  // What was spent counts: of 35 cents 15 are left, and two parts of 10 are too many.
  assert.equal((await call("resume", before.id, "--max-usd", "0.35")).code, 1);
  const after = await newest(place.root);
  assert.match(after.error_message ?? "", /budget of \$0.35 reached: \$0.40 used/);

  await place.write(
    ".wave/pipelines/p.yaml",
    `budget: { usd: 0.15 }\nsteps: [{ id: a, ${quick(1)} }, { id: b, dependencies: [a], ${
      quick(1)
    } }]\n`,
  );
  const done = await call("resume", before.id, "--max-usd", "1");
  assert.equal(done.code, 0, done.stderr);
  const { budget } = await newest(place.root);
  assert(Math.abs((budget?.used["usd"] ?? 0) - 0.6) < 1e-9, JSON.stringify(budget));
  assert.equal(budget?.left["usd"], 0.4);
  assert.equal(budget?.used["attempts"], 4);
});

Deno.test("a run used and cost what it did with all runs within it, in every view", async () => {
  await using place = await project({ "wave.yaml": MANIFEST });
  await place.write(".wave/pipelines/r.yaml", `steps: [{ id: y, ${quick(1)} }]\n`);
  await place.write(".wave/pipelines/q.yaml", `steps: [{ id: x, pipeline: r }]\n`);
  const steps = `[{ id: a, ${quick(1)} }, { id: in, dependencies: [a], pipeline: q }]`;
  await place.write(".wave/pipelines/p.yaml", `steps: ${steps}\n`);
  const call = async (...args: string[]) => await callProgram(args, { cwd: place.root });
  const { stdout, stderr } = await call("run", "p", "x");
  assert.match(stdout, / completed +p [^\n]* 200 tokens, \$0.20\n/);
  assert.match(stderr, / completed in [^\n]* 200 tokens, \$0.20\n/);
  const { id } = await newest(place.root);
  const status = (await call("status", id)).stdout;
  assert.match(status, /\nTokens +200 [^\n]*\nCost +\$0.20\n/);
  assert.match(status, /\nin +- +completed +1 +\S+ +100 +\$0.10\n/);
  assert.match((await call("why", id)).stdout, /\nused: 200 tokens, \$0.20\n/);
  const { runs } = JSON.parse((await call("list", "runs", "--format", "json")).stdout);
  const spent = runs.map((run: Record<string, unknown>) =>
    ["pipeline", "total_tokens", "cost_usd", "cost_known"].map((key) => run[key])
  );
  assert.deepEqual(spent.toSorted(), [
    ["p", 200, 0.2, "exact"],
    ["q", 100, 0.1, "exact"],
    ["r", 100, 0.1, "exact"],
  ]);
});

Deno.test("run --dry-run shows the limits", async () => {
  await using place = await project({ "wave.yaml": MANIFEST });
  const steps = `[{ id: a, budget: { attempts: 3 }, ${quick(1)} }]`;
  await place.write(
    ".wave/pipelines/p.yaml",
    `budget: { usd: 2.5, tokens: 9000 }\nsteps: ${steps}\n`,
  );
  const call = (...args: string[]) =>
    callProgram(["run", "p", "--dry-run", "--max-usd", "1", ...args], { cwd: place.root });
  assert.match(
    (await call()).stdout,
    /\nbudget: \$1.00, 9,000 tokens\nbudget of step a: 3 attempts\n/,
  );
  const json = JSON.parse((await call("--format", "json")).stdout);
  assert.deepEqual(json["budget"], { usd: 1, tokens: 9000, attempts: null, minutes: null });
  assert.equal(json["plan"][0]["budget"]["attempts"], 3);
});

Deno.test("a limit that nobody could hold is refused before anything starts, with what to write", async () => {
  await using place = await project({ "wave.yaml": MANIFEST });
  const step = `{ id: a, persona: unmeasured, exec: { type: prompt, source: hi } }`;
  await place.write(".wave/pipelines/p.yaml", `steps: [${step}]\n`);
  const called = await callProgram(["run", "p", "x", "--max-usd", "1"], { cwd: place.root });
  assert.equal(called.code, 1);
  assert.equal(
    called.stderr,
    "error: Cannot hold a budget of usd at step a: own does not tell all that it uses\n" +
      "hint: limit attempts and minutes, or take an adapter of docs/agents.md\n",
  );
  assert.equal((await newest(place.root)) === undefined, true);
  assert.equal((await callProgram(["run", "p", "x"], { cwd: place.root })).code, 0);

  // So it is in a pipeline that a later step runs: nothing is paid before.
  await place.write(".wave/pipelines/o.yaml", `steps: [{ id: in, pipeline: p }]\n`);
  await place.write(
    ".wave/pipelines/oo.yaml",
    `steps: [{ id: paid, ${quick(1)} }, { id: in, dependencies: [paid], pipeline: o }]\n`,
  );
  const within = await callProgram(["run", "oo", "x", "--max-tokens", "9"], { cwd: place.root });
  assert.equal(within.code, 1);
  assert.match(within.stderr, /^error: Cannot hold a budget of tokens at step p\/a: own does not/);
  assert.equal(within.stdout, "");
});
