/** What the real agents are tried with, and what must hold then. */
import type { Agent } from "./agent_projects.ts";
import type { Tally } from "./model_server.ts";
import type { Resumed } from "./resume_with_more.ts";

export interface Ran {
  readonly code: number;
  readonly root: string;
  readonly log: string;
  readonly error: string;
  readonly tokens: number;
  readonly known: string;
  /** US dollars; null where nothing is known. */
  readonly cost: number | null;
  /** What of the log tells where that comes from. */
  readonly costFrom: string;
  /** Where the step worked. */
  readonly workspace: string;
  readonly status: string;
  /** Ids of processes of the run that work on. */
  readonly left: readonly string[];
  /** Where the row says so, and the run failed. */
  readonly resumed: Resumed | null;
}

/** How a run ends that does not end by itself. */
export type End = "cancel --force" | "kill -9, then cancel" | "kill -9 while paused, then resume";

export interface Row {
  readonly name: string;
  readonly prompt: unknown;
  /** True where the agents are talked with by the Agent Client Protocol, which some of them speak. */
  readonly isAcp?: boolean;
  readonly permissions?: string;
  readonly step?: string;
  /** Other models than those that all rows try. */
  readonly models?: Partial<Record<Agent, string>>;
  /** Options of `wave run`. */
  readonly args?: readonly string[];
  /** Options of `wave resume`, with which it goes on after a budget of {@linkcode BUDGET} tokens, or of dollars. */
  readonly more?: readonly string[];
  /** Done to the run once its agent has made `s.txt`, or once its adapter is paused. */
  readonly end?: End;
  /** What of a result is wrong, or null. */
  readonly check: (ran: Ran, agent: Agent, served: number, tally: Tally) => string | null;
}

export const has = (ran: Ran, file: string) => {
  try {
    return Deno.statSync(`${ran.workspace}/${file}`).isFile;
  } catch {
    return false;
  }
};
export const unless = (held: boolean, wrong: string) => held ? null : wrong;
export const told = (ran: Ran, rule: RegExp) => unless(rule.test(ran.log), "not told");
const CALLS = { calls: [{ write: "w.txt" }, { shell: "rm -f q; touch s.txt" }], say: "did it" };
/** A tool that works on, with a process that leaves it. */
const WORKS_ON = {
  prompt: { calls: [{ shell: "(setsid sleep 333 &) ; touch s.txt; sleep 334" }] },
  permissions: "{ allowed_tools: [Read, Write, Edit, Bash] }",
};
const WORKTREE = `workspace: { type: worktree, branch: "x/{{ pipeline_id }}" }`;

/** Longer than an agent may take to start. */
const LIMIT_SECONDS = 45;
const FIVE = `iterate: { over: "[1, 2, 3, 4, 5]", mode: parallel, max_concurrent: 5 }`;

/** A request has 140 tokens, of which claude tells 101 at first; the third tool would work on. */
export const BUDGET = 200;
const SPENDS = {
  prompt: {
    // Some wait for what holds their tool's output.
    calls: [
      { shell: "(setsid sleep 333 >/dev/null 2>&1 &) ; true" },
      { shell: "true" },
      { shell: "sleep 15" },
    ],
  },
  permissions: "{ allowed_tools: [Read, Write, Edit, Bash] }",
};
/** They tell what they used at the end of their turn alone. */
const TELLS_LATE: readonly Agent[] = ["codex", "gemini"];

export const ROWS: readonly Row[] = [
  {
    name: "allowed_tools: [Read]",
    prompt: CALLS,
    permissions: "{ allowed_tools: [Read] }",
    check: (ran, agent) =>
      unless(!has(ran, "w.txt") && !has(ran, "s.txt"), "it wrote") ??
        (agent === "codex" ? told(ran, /cannot enforce allow Read/) : null) ??
        told(ran, /refused: /),
  },
  {
    name: "deny: [Bash]",
    prompt: CALLS,
    permissions: "{ deny: [Bash] }",
    check: (ran) => unless(!has(ran, "s.txt"), "it ran"),
  },
  {
    name: "deny: [Bash(touch*)]",
    prompt: { calls: [{ shell: "true; touch s.txt" }] },
    permissions: `{ deny: ["Bash(touch*)"] }`,
    check: (ran, agent) =>
      agent === "codex"
        ? told(ran, /cannot enforce deny Bash/)
        : unless(!has(ran, "s.txt"), "it ran") ?? told(ran, /refused: .*touch/),
  },
  {
    name: "deny: [Write]",
    prompt: { calls: [{ write: "w.txt" }] },
    permissions: "{ deny: [Write] }",
    check: (ran) => unless(!has(ran, "w.txt"), "it wrote") ?? told(ran, /refused: /),
  },
  {
    name: "commits in a worktree",
    prompt: { calls: [{ write: "w.txt" }, { shell: "git add w.txt && git commit -qm w" }] },
    permissions: "{ allowed_tools: [Read, Write, Edit, Bash] }",
    step: WORKTREE,
    check: (ran) => unless(ran.code === 0 && /commit -qm w: ok/.test(ran.log), "no commit"),
  },
  {
    name: "tokens are the server's",
    prompt: { calls: [{ write: "w.txt" }] },
    check: (ran, _, served) =>
      unless(ran.tokens === served && served > 0, `${ran.tokens}, served ${served}`),
  },
  {
    name: "what it cost",
    prompt: { calls: [{ write: "w.txt" }] },
    models: { claude: "claude-sonnet-4-5", codex: "gpt-5", opencode: "test/paid" },
    check: ({ cost, costFrom }, agent) =>
      unless(cost !== null && cost > 0, "unknown") ??
        unless(
          costFrom.includes(agent === "codex" || agent === "gemini" ? "genai-prices" : agent),
          costFrom,
        ),
  },
  {
    name: "what nobody prices",
    prompt: { say: "done" },
    models: { gemini: "gemini-9" },
    check: ({ cost, tokens, costFrom }, agent) =>
      unless(tokens > 0, "no tokens") ??
        // It tells a cost of each model, if need be by the price of another.
        (agent === "claude"
          ? unless(costFrom.includes("claude"), costFrom)
          : unless(cost === null, `$${cost}`)),
  },
  {
    name: "says what it does",
    prompt: { calls: [{ write: "w.txt" }], say: "plain words" },
    check: (ran) =>
      told(ran, /output +a \(p\) plain words\n/) ?? unless(!ran.log.includes('{"type'), "raw JSON"),
  },
  {
    name: "error 400 is the reason",
    prompt: { status: 400 },
    check: (ran) =>
      unless(ran.code === 1, "it completed") ??
        unless(/no more for now/.test(ran.error), ran.error.slice(0, 60)),
  },
  {
    name: "429 until the time limit",
    prompt: { status: 429 },
    step: "timeout_minutes: 0.25",
    check: (ran) =>
      unless(ran.code === 1, "it completed") ??
        unless(/429|no more for now|Too Many/i.test(ran.error), ran.error.slice(0, 60)),
  },
  {
    name: "a usage limit, --no-wait",
    prompt: { limit_seconds: LIMIT_SECONDS },
    args: ["--no-wait"],
    check: (ran, _, __, { refused }) =>
      unless(ran.code === 1, "it completed") ??
        unless(/usage limit, which resets at .* \(--no-wait\)/.test(ran.error), ran.error) ??
        unless(refused === 1, `${refused} requests`),
  },
  {
    name: "kill -9 in a usage limit",
    prompt: { limit_seconds: LIMIT_SECONDS },
    end: "kill -9 while paused, then resume",
    check: (ran, _, __, { refused }) =>
      unless(ran.code === 0, `it failed: ${ran.error}`) ??
        unless(refused === 1, `${refused} requests before the limit had been reset`),
  },
  {
    name: "a usage limit, five items",
    prompt: { limit_seconds: LIMIT_SECONDS },
    step: FIVE,
    check: (ran, agent, _, { refused }) =>
      unless(ran.code === 0, `it failed: ${ran.error}`) ??
        unless(refused <= 5, `${refused} requests before the limit had been reset`) ??
        told(ran, new RegExp(`paused +p until .*: ${agent} usage limit`)) ??
        unless(!/failed/.test(ran.log), "an attempt failed"),
  },
  {
    name: "a model that hangs",
    prompt: { hang: true },
    step: "silence_minutes: 0.2",
    check: (ran) =>
      unless(/no output for 12s/.test(ran.error), ran.error.slice(0, 60)) ??
        unless(ran.known === "at_least", "tokens as if exact"),
  },
  {
    name: "an empty answer",
    prompt: { say: "" },
    check: (ran) => unless(ran.code === 1, "it completed"),
  },
  {
    name: "a wrong key",
    prompt: { status: 401 },
    step: "timeout_minutes: 0.25",
    check: (ran, agent) =>
      unless(ran.code === 1, "it completed") ??
        unless(
          agent === "opencode" || /: check the value|it got no key/.test(ran.error),
          ran.error,
        ),
  },
  {
    name: "a budget of tokens",
    ...SPENDS,
    args: ["--max-tokens", String(BUDGET)],
    more: ["--max-tokens", "5000"],
    check: ({ left, error, resumed, code }, agent) => {
      const nothingLeft = unless(left.length === 0, `left: ${left}`);
      // What an agent tells at its end is paid, and stays.
      if (TELLS_LATE.includes(agent)) return nothingLeft ?? unless(code === 0, error);
      const after = resumed?.endedAfter ?? Infinity;
      return nothingLeft ??
        unless(/budget of 200 tokens reached: \d+ used/.test(error), error) ??
        unless(after < 2000, `ended after ${after} ms`) ??
        unless(resumed?.code === 0, `resume: exit ${resumed?.code}`) ??
        unless((resumed?.tokens ?? 0) >= 340, `${resumed?.tokens} after the resume`);
    },
  },
  {
    name: "a budget of dollars",
    prompt: { calls: [{ shell: "true" }, { shell: "true" }, { shell: "true" }] },
    permissions: "{ allowed_tools: [Read, Write, Edit, Bash] }",
    args: ["--max-usd", "0.0005"],
    more: ["--max-usd", "5"],
    check: ({ code, status, error, resumed }, agent) => {
      // The test models of the others have no price, and nobody tells it.
      if (agent === "codex" || agent === "opencode") {
        return unless(status === "refused" && /nobody tells what/.test(error), error);
      }
      // What an agent tells at its end is paid, and stays.
      if (code === 0) return unless(agent === "gemini", "it completed");
      return unless(/budget of \$0.0005 reached: \$/.test(error), error) ??
        unless(resumed?.code === 0, `resume: exit ${resumed?.code}`);
    },
  },
  {
    name: "cancel --force",
    ...WORKS_ON,
    end: "cancel --force",
    check: (ran) =>
      unless(ran.status === "cancelled", ran.status) ??
        unless(ran.left.length === 0, `left: ${ran.left}`),
  },
  {
    name: "kill -9, then cancel",
    ...WORKS_ON,
    end: "kill -9, then cancel",
    check: (ran) =>
      unless(ran.status === "cancelled" || ran.status === "failed", ran.status) ??
        unless(ran.left.length === 0, `left: ${ran.left}`),
  },
];
