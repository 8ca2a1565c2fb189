/** Random pipelines with random uses and limits, killed and resumed, and what must hold of their ledger. */
import assert from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";
import fc from "fast-check";
import type { RunEvent, StepUse, Tokens } from "../../event/event.ts";
import { addTokens, costOf, NO_TOKENS } from "../../event/tokens.ts";
import { type Project, project } from "../cli.ts";
import { readTrace } from "./evidence.ts";

const WORKERS = 3;
const MANIFEST = `
adapters: { mock: { binary: mock } }
personas: { worker: { adapter: mock } }
runtime: { max_concurrent_workers: ${WORKERS} }
`;

/** One part of what an agent uses: `tokens`, and cents. */
export type Part = readonly [tokens: number, cents: number];
type Agent = { readonly parts: readonly Part[]; readonly fails: number };
export type Shape =
  | { readonly kind: "prompt"; readonly agent: Agent; readonly review: readonly Part[] | null }
  | { readonly kind: "items"; readonly agent: Agent; readonly items: number; readonly most: number }
  | { readonly kind: "loop"; readonly agent: Agent; readonly times: number }
  | { readonly kind: "script" }
  /** The pipeline of the next depth. */
  | { readonly kind: "inner"; readonly items: number };

export interface Case {
  /** The steps of `outer`, `middle` and `inner`, in a row or side by side. */
  readonly pipelines: readonly (readonly Shape[])[];
  readonly inRow: boolean;
  readonly unit: "usd" | "tokens" | "attempts";
  /** Of what would be used without a limit, from 0 to 1 and a little more. */
  readonly share: number;
  /** The writes to traces in which it is killed, one a start. */
  readonly kills: readonly number[];
}

const parts = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.nat(30)), {
  minLength: 1,
  maxLength: 3,
});
const agent: fc.Arbitrary<Agent> = fc.record({ parts, fails: fc.constantFrom(0, 0, 0, 1, 2) });
const leaf: fc.Arbitrary<Shape> = fc.oneof(
  fc.record({
    kind: fc.constant("prompt" as const),
    agent,
    review: fc.option(parts, { freq: 3 }),
  }),
  fc.record({
    kind: fc.constant("items" as const),
    agent,
    items: fc.integer({ min: 1, max: 4 }),
    most: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant("loop" as const),
    agent,
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.constant({ kind: "script" as const }),
);
const inner: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constant("inner" as const),
  items: fc.integer({ min: 0, max: 2 }),
});
const steps = (shape: fc.Arbitrary<Shape>) => fc.array(shape, { minLength: 1, maxLength: 3 });

export const anyCase: fc.Arbitrary<Case> = fc.record({
  pipelines: fc.tuple(steps(fc.oneof(leaf, inner)), steps(fc.oneof(leaf, inner)), steps(leaf)),
  inRow: fc.boolean(),
  unit: fc.constantFrom("usd", "tokens", "attempts"),
  share: fc.double({ min: 0.1, max: 1.2, noNaN: true }),
  kills: fc.array(fc.integer({ min: 3, max: 120 }), { maxLength: 2 }),
});

const NAMES = ["outer", "middle", "inner"];
const ATTEMPTS = 3;

function promptOf({ parts, fails }: Agent): string {
  const usage = parts.map(([tokens, cents]) => ({
    tokens,
    cost_usd: cents / 100,
    after_ms: 1,
  }));
  const directive = { usage, tally: "uses.txt", ...fails === 0 ? {} : { fail_attempts: fails } };
  return JSON.stringify(`@@mock ${JSON.stringify(directive)}@@ work`);
}

function stepOf(shape: Shape, id: string, next: string): string {
  const retry = `retry: { max_attempts: ${ATTEMPTS}, base_delay: 1ms }`;
  const prompt = (agent: Agent) =>
    `persona: worker, ${retry}, exec: { type: prompt, source: ${promptOf(agent)} }`;
  switch (shape.kind) {
    case "script":
      return `id: ${id}, script: "true"`;
    case "prompt": {
      const criteria = shape.review === null
        ? ""
        : `, handover: { contract: { type: agent_review, persona: worker, criteria: [${
          promptOf({ parts: shape.review, fails: 0 })
        }] } }`;
      return `id: ${id}, ${prompt(shape.agent)}${criteria}`;
    }
    case "items": {
      const list = Array.from({ length: shape.items }, (_, index) => index);
      const iterate = `{ over: ${
        JSON.stringify(list)
      }, mode: parallel, max_concurrent: ${shape.most} }`;
      return `id: ${id}, iterate: ${iterate}, ${prompt(shape.agent)}`;
    }
    case "loop":
      return `id: ${id}, loop: { max_iterations: ${shape.times}, until: "never", on_limit: continue, ` +
        `steps: [{ id: ${id}-in, ${prompt(shape.agent)} }] }`;
    case "inner": {
      const list = Array.from({ length: shape.items }, (_, index) => index);
      const each = shape.items === 0
        ? ""
        : `, iterate: { over: ${JSON.stringify(list)}, mode: parallel, max_concurrent: 2 }`;
      return `id: ${id}, pipeline: ${next}${each}`;
    }
  }
}

function filesOf({ pipelines, inRow }: Case): Record<string, string> {
  const files: Record<string, string> = { "wave.yaml": MANIFEST };
  for (const [depth, shapes] of pipelines.entries()) {
    const lines = shapes.map((shape, index) => {
      const after = inRow && index > 0 ? `, dependencies: [s${index - 1}]` : "";
      return `  - { ${stepOf(shape, `s${index}`, NAMES[depth + 1] ?? "")}${after} }`;
    });
    files[`.wave/pipelines/${NAMES[depth]}.yaml`] = `steps:\n${lines.join("\n")}\n`;
  }
  return files;
}

/** What a pipeline would use without a limit: tokens, cents and starts of agents. */
function unlimitedUse(
  pipelines: Case["pipelines"],
  depth = 0,
): { tokens: number; cents: number; attempts: number } {
  const sum = { tokens: 0, cents: 0, attempts: 0 };
  const add = (parts: readonly Part[], times: number) => {
    for (const [tokens, cents] of parts) {
      sum.tokens += tokens * times;
      sum.cents += cents * times;
    }
    sum.attempts += times;
  };
  for (const shape of pipelines[depth] ?? []) {
    if (shape.kind === "script") continue;
    if (shape.kind === "inner") {
      const within = unlimitedUse(pipelines, depth + 1);
      const times = Math.max(1, shape.items);
      sum.tokens += within.tokens * times;
      sum.cents += within.cents * times;
      sum.attempts += within.attempts * times;
      continue;
    }
    const times = shape.kind === "items" ? shape.items : shape.kind === "loop" ? shape.times : 1;
    add(shape.agent.parts, times * (1 + shape.agent.fails));
    if (shape.kind === "prompt" && shape.review !== null) add(shape.review, 1);
  }
  return sum;
}

interface Used {
  readonly tokens: number;
  readonly usd: number;
  readonly attempts: number;
}

/** What the mock handed out, by the files in which it counts for itself. */
function handedOut(root: string): readonly Tokens[] {
  const all: Tokens[] = [];
  const look = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      const path = join(folder, name);
      if (isDirectory) look(path);
      if (name !== "uses.txt") continue;
      const lines = Deno.readTextFileSync(path).split("\n").filter((line) => line !== "");
      all.push(...lines.map((line) => JSON.parse(line) as Tokens));
    }
  };
  look(join(root, ".wave", "workspaces"));
  return all;
}

/** The use of the outermost run after each of its events, counted without the product's fold. */
function uses(events: readonly RunEvent[]): readonly Used[] {
  const attempts = new Map<string, number>();
  const own = new Map<string, Tokens>();
  const inner = new Map<string, Tokens>();
  // What the events of items call an attempt is the item's.
  let begun = 0;
  return events.map((event) => {
    if (event.step_id !== null && event.state === "running") {
      own.set(`${event.step_id} ${begun++}`, own.get(event.step_id) ?? NO_TOKENS);
      own.delete(event.step_id);
    }
    if (event.step_id !== null && event.state === "tool") {
      const { use, tokens } = event.data as { readonly use?: StepUse; readonly tokens?: Tokens };
      if (tokens !== undefined) own.set(event.step_id, tokens);
      if (use !== undefined) attempts.set(event.step_id, use.attempts);
      if (use?.inner !== undefined) inner.set(event.step_id, use.inner);
    }
    const tokens = [...own.values(), ...inner.values()].reduce(addTokens, NO_TOKENS);
    const starts = [...attempts.values()].reduce((sum, count) => sum + count, 0);
    return { tokens: tokens.total, usd: costOf(tokens).usd, attempts: starts };
  });
}

const TINY = 1e-9;

/** Everything of one case: what of it was over its limit, and how often it was started. */
export async function checkCase(
  each: Case,
): Promise<{ starts: number; over: boolean; killed: number }> {
  await using place = await project(filesOf(each));
  const whole = unlimitedUse(each.pipelines);
  const limits = {
    usd: Math.max(0.01, Math.round(whole.cents * each.share) / 100),
    tokens: Math.max(1, Math.round(whole.tokens * each.share)),
    attempts: Math.max(1, Math.round(whole.attempts * each.share)),
  };
  const limit = limits[each.unit];
  if (each.unit === "attempts") {
    const manifest = `${MANIFEST.trimEnd().slice(0, -2)}, budget: { attempts: ${limit} } }\n`;
    Deno.writeTextFileSync(join(place.root, "wave.yaml"), manifest);
  }
  const given = each.unit === "attempts" ? [] : [`--max-${each.unit}`, String(limit)];
  const preload = fromFileUrl(new URL("../fixtures/die.ts", import.meta.url));
  const dying = (write: number) => ({ preload, env: { WAVE_DIE: `trace:${write}:0.5` } });
  let killed = 0;
  let code = -1;
  for (const [index, write] of [...each.kills, 0].entries()) {
    const id = outermost(place);
    const args = index === 0 || id === null ? ["run", "outer", "x", ...given] : ["resume", id];
    const result = await place.wave([...args, "-q"], write === 0 ? {} : dying(write));
    if (result.signal === "SIGKILL") killed++;
    else code = result.code;
    if (result.signal === null && code === 0) break;
  }
  const id = outermost(place);
  assert(id !== null, "a run began");
  const { events } = readTrace(place.root, id) ?? { events: [] };
  const after = uses(events);
  assertNeverStartedAbove(events, after, each.unit, limit);
  const last = after.at(-1) ?? { tokens: 0, usd: 0, attempts: 0 };
  const largest = Math.max(
    0,
    ...each.pipelines.flat().flatMap(partsOf).map((part) => valueOf(part, each.unit)),
  );
  const most = limit + WORKERS * largest + TINY;
  assert(last[each.unit] <= most, `${last[each.unit]} of ${limit} is more than was in flight`);
  assertSameAsHandedOut(place, killed, last);
  await assertSameFromTraces(place, id, last, { unit: each.unit, limit });
  const over = last[each.unit] >= limit;
  if (code !== 0) {
    const [run] = (await place.wave(["status", id, "--format", "json"])).json()["pipelines"] as [
      { error_message: string },
    ];
    assert.match(run.error_message, /budget of .* reached: .* used/);
  }
  return { starts: last.attempts, over, killed };
}

function partsOf(shape: Shape): readonly Part[] {
  if (shape.kind === "script" || shape.kind === "inner") return [];
  return [...shape.agent.parts, ...shape.kind === "prompt" ? shape.review ?? [] : []];
}

function valueOf([tokens, cents]: Part, unit: Case["unit"]): number {
  return unit === "tokens" ? tokens : unit === "usd" ? cents / 100 : 0;
}

function outermost({ root }: Project): string | null {
  try {
    for (const { name } of Deno.readDirSync(join(root, ".wave", "traces"))) {
      const id = /^trace-(outer-.*)\.log$/.exec(name)?.[1];
      if (id !== undefined) return id;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return null;
}

function assertNeverStartedAbove(
  events: readonly RunEvent[],
  after: readonly Used[],
  unit: Case["unit"],
  limit: number,
): void {
  for (const [index, use] of after.entries()) {
    const before = after[index - 1] ?? { tokens: 0, usd: 0, attempts: 0 };
    if (use.attempts <= before.attempts) continue;
    const seq = events[index]?.seq;
    assert(before[unit] < limit, `started at ${before[unit]} of ${limit} ${unit} (seq ${seq})`);
  }
}

/**
 * To the token and the cent. The write in which it was killed never came to the trace: what it told was
 * handed out, and is known to nobody.
 */
function assertSameAsHandedOut({ root }: Project, killed: number, last: Used): void {
  const all = handedOut(root);
  const sum = all.reduce(addTokens, NO_TOKENS);
  const told = { tokens: sum.total, usd: costOf(sum).usd };
  const lost = [{ tokens: 0, usd: 0 }];
  for (let n = 0; n < killed; n++) {
    lost.push(
      ...lost.flatMap((before) =>
        all.map(({ total, cost_usd = 0 }) => ({
          tokens: before.tokens + total,
          usd: before.usd + cost_usd,
        }))
      ),
    );
  }
  const fits = lost.some(({ tokens, usd }) =>
    told.tokens - tokens === last.tokens && Math.abs(told.usd - usd - last.usd) < TINY
  );
  assert(
    fits,
    `recorded ${JSON.stringify(last)}, handed out ${JSON.stringify(told)}, killed ${killed}`,
  );
}

/** The same numbers from the database and from the traces, and those that were counted here. */
async function assertSameFromTraces(
  place: Project,
  id: string,
  last: Used,
  { unit, limit }: { readonly unit: Case["unit"]; readonly limit: number },
): Promise<void> {
  const ask = async () => {
    const all = (await place.wave(["status", "--all", "--format", "json"])).json();
    return { source: all["source"], pipelines: all["pipelines"] as RunJson[] };
  };
  const stored = await ask();
  await Deno.remove(join(place.root, ".wave", "state.db"));
  const traced = await ask();
  assert.deepEqual([stored.source, traced.source], ["state.db", "traces"]);
  assert.deepEqual(traced.pipelines, stored.pipelines);
  const budget = stored.pipelines.find((run) => run.id === id)?.budget;
  assert(budget, "the run has a budget");
  assert.equal(budget.limits[unit], limit);
  assert.equal(budget.used.tokens, last.tokens);
  assert.equal(budget.used.attempts, last.attempts);
  assert(Math.abs((budget.used.usd ?? 0) - last.usd) < TINY);
  assert(Math.abs((budget.left[unit] ?? -1) - Math.max(0, limit - last[unit])) < TINY);
}

interface RunJson {
  readonly id: string;
  readonly budget: {
    readonly limits: Readonly<Record<string, number | null>>;
    readonly used: Readonly<Record<string, number | null>>;
    readonly left: Readonly<Record<string, number | null>>;
  } | null;
}
