/**
 * `npm run agents`: the real agents against a model service on loopback, and one table of what holds. They
 * are installed into the folder that WAVE_AGENTS names, or one for temporary files; nothing else is used.
 */
import { delay } from "../../event/delay.ts";
import { exists } from "../../event/files.ts";
import { join } from "@std/path";
import { REPOSITORY } from "../start_program.ts";
import { type Agent, AGENTS, environmentFor, manifestFor, PACKAGES } from "./agent_projects.ts";
import { startModelServer } from "./model_server.ts";
import { call, processesOf } from "./programs.ts";

const folder = Deno.env.get("WAVE_AGENTS") ?? join(Deno.env.get("TMPDIR") ?? "/tmp", "wave-agents");
const home = Deno.makeTempDirSync({ prefix: "wave-agents-home-" });
const path = `${folder}/node_modules/.bin:${Deno.env.get("PATH")}`;

/** Why an agent cannot be tried; null when it is there. */
async function install(agent: Agent): Promise<string | null> {
  Deno.mkdirSync(folder, { recursive: true });
  const binary = `${folder}/node_modules/.bin/${agent}`;
  const version = () => call(binary, ["--version"], { env: { HOME: home, PATH: path } });
  try {
    if ((await version()).code === 0) return null;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const got = await call("npm", ["install", "--prefix", folder, PACKAGES[agent]]);
  if (got.code !== 0) return `npm install: ${got.stderr.trim().split("\n").at(-1)}`;
  try {
    const { code, stderr } = await version();
    return code === 0 ? null : stderr.trim().split("\n").at(-1) ?? "it does not start";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Ran {
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
}

/** How a run ends that does not end by itself. */
type End = "cancel --force" | "kill -9, then cancel";

interface Row {
  readonly name: string;
  readonly prompt: unknown;
  readonly permissions?: string;
  readonly step?: string;
  /** Other models than those that all rows try. */
  readonly models?: Partial<Record<Agent, string>>;
  /** Done to the run once its agent has made `s.txt`. */
  readonly end?: End;
  /** What of a result is wrong, or null. */
  readonly check: (ran: Ran, agent: Agent, served: number) => string | null;
}

const has = (ran: Ran, file: string) => {
  try {
    return Deno.statSync(`${ran.workspace}/${file}`).isFile;
  } catch {
    return false;
  }
};
const unless = (held: boolean, wrong: string) => held ? null : wrong;
const told = (ran: Ran, rule: RegExp) => unless(rule.test(ran.log), "not told");
const CALLS = { calls: [{ write: "w.txt" }, { shell: "rm -f q; touch s.txt" }], say: "did it" };
/** A tool that works on, with a process that leaves it. */
const WORKS_ON = {
  prompt: { calls: [{ shell: "(setsid sleep 333 &) ; touch s.txt; sleep 334" }] },
  permissions: "{ allowed_tools: [Read, Write, Edit, Bash] }",
};
const WORKTREE = `workspace: { type: worktree, branch: "x/{{ pipeline_id }}" }`;

const ROWS: readonly Row[] = [
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

async function ran(agent: Agent, row: Row, url: string): Promise<Ran> {
  const root = Deno.makeTempDirSync({ prefix: "wave-agents-" });
  const env = environmentFor(url, { home, path });
  const wave = (...args: string[]) =>
    call(`${REPOSITORY}dist/wave`, args, { cwd: root, env, clearEnv: true });
  Deno.mkdirSync(`${root}/.wave/pipelines`, { recursive: true });
  Deno.writeTextFileSync(
    `${root}/wave.yaml`,
    manifestFor(agent, url, row.permissions ?? "{}", row.models?.[agent]),
  );
  const source = JSON.stringify(`work @@model ${JSON.stringify(row.prompt)}@@`);
  Deno.writeTextFileSync(
    `${root}/.wave/pipelines/p.yaml`,
    `steps:\n  - id: a\n    persona: p\n    ${row.step ?? "optional: false"}\n` +
      `    exec: { type: prompt, source: ${source} }\n`,
  );
  for (
    const args of [["init", "-q"], ["config", "user.email", "a@b"], ["config", "user.name", "a"], [
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      "begin",
    ]]
  ) await call("git", args, { cwd: root });
  const code = row.end === undefined
    ? (await wave("run", "p", "-q")).code
    : await ended(row.end, { root, env }, wave);
  const log = (await wave("logs", "-n", "all")).stdout;
  const { pipelines: [run] } = JSON.parse(
    (await wave("status", "--all", "--format", "json")).stdout,
  );
  const workspace = `${root}/.wave/workspaces/${run.id}/a`;
  const { error_message: error, total_tokens: tokens, tokens_known: known, status } = run;
  const entries = (await wave("logs", "-n", "all", "--format", "json")).stdout;
  const costFrom = [...new Set(entries.match(/"cost_from":\s*\[[^\]]*\]/g) ?? [])].join();
  const left = await processesOf(root);
  return {
    code,
    root,
    log,
    error: error ?? "",
    tokens,
    known,
    cost: run.cost_usd,
    costFrom,
    workspace,
    status,
    left,
  };
}

/** How long an agent may take to come to its first tool, milliseconds. */
const STARTS_WITHIN_MS = 60_000;

/** Begins the run, ends it while the agent's tool works, and returns the exit code of `wave cancel`. */
async function ended(
  end: End,
  { root, env }: { readonly root: string; readonly env: Record<string, string> },
  wave: (...args: string[]) => Promise<{ readonly code: number }>,
): Promise<number> {
  const run = new Deno.Command(`${REPOSITORY}dist/wave`, {
    args: ["run", "p", "-q"],
    ...{ cwd: root, env, clearEnv: true },
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  const works = () =>
    [...Deno.readDirSync(`${root}/.wave`)].some(({ name }) => name === "workspaces") &&
    [...Deno.readDirSync(`${root}/.wave/workspaces`)]
      .some(({ name }) => exists(`${root}/.wave/workspaces/${name}/a/s.txt`));
  const until = Date.now() + STARTS_WITHIN_MS;
  while (!works() && Date.now() < until) await delay(50);
  if (end === "cancel --force") {
    const { code } = await wave("cancel", "@latest", "--force");
    await run.status;
    return code;
  }
  run.kill("SIGKILL");
  await run.status;
  return (await wave("cancel")).code;
}

async function main(): Promise<void> {
  Deno.mkdirSync(`${home}/.gemini`, { recursive: true });
  const settings = { security: { auth: { selectedType: "gemini-api-key" } } };
  Deno.writeTextFileSync(`${home}/.gemini/settings.json`, JSON.stringify(settings));
  await using server = startModelServer();
  const skipped = new Map<Agent, string>();
  for (const agent of AGENTS) {
    const why = await install(agent);
    if (why !== null) skipped.set(agent, why);
  }
  const only = Deno.args[0];
  let wrong = 0;
  console.log(["".padEnd(26), ...AGENTS.map((agent) => agent.padEnd(10))].join(" "));
  for (const [index, row] of ROWS.entries()) {
    if (only !== undefined && !row.name.includes(only)) continue;
    const notes: string[] = [];
    const cells = await Promise.all(AGENTS.map(async (agent) => {
      if (skipped.has(agent)) return "skipped";
      const tag = `${agent}-${index}`;
      const result = await ran(agent, row, `${server.url}/${tag}`);
      const { input, output } = server.tally(tag);
      const problem = row.check(result, agent, input + output);
      if (problem === null) {
        Deno.removeSync(result.root, { recursive: true });
        return "ok";
      }
      wrong++;
      notes.push(`  ${agent}: ${problem} (${result.root})`);
      return "WRONG";
    }));
    console.log([row.name.padEnd(26), ...cells.map((cell) => cell.padEnd(10))].join(" "));
    for (const note of notes) console.log(note);
  }
  for (const [agent, why] of skipped) console.log(`skipped ${agent}: ${why}`);
  Deno.removeSync(home, { recursive: true });
  if (wrong > 0) Deno.exitCode = 1;
}

await main();
