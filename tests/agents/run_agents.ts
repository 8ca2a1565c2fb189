/**
 * `npm run agents`: the real agents against a model service on loopback, and one table of what holds. They
 * are installed into the folder that WAVE_AGENTS names, or one for temporary files; nothing else is used.
 */
import { delay } from "../../event/delay.ts";
import { exists } from "../../event/files.ts";
import { join } from "@std/path";
import { REPOSITORY } from "../start_program.ts";
import {
  type Agent,
  AGENTS,
  environmentFor,
  manifestFor,
  PACKAGES,
  speaksAcp,
} from "./agent_projects.ts";
import { BUDGET, type End, type Ran, type Row, ROWS as OWN_ROWS } from "./agent_rows.ts";
import { ACP_ROWS } from "./acp_rows.ts";
import { type ModelServer, startModelServer } from "./model_server.ts";
import { operatedByMcp, OPERATORS } from "./operate_by_mcp.ts";
import { resumeWithMore } from "./resume_with_more.ts";
import { call, processesOf } from "./programs.ts";

const ROWS: readonly Row[] = [...OWN_ROWS, ...ACP_ROWS];
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

async function ran(agent: Agent, row: Row, url: string): Promise<Ran> {
  const root = Deno.makeTempDirSync({ prefix: "wave-agents-" });
  const env = environmentFor(url, { home, path });
  const wave = (...args: string[]) =>
    call(`${REPOSITORY}dist/wave`, args, { cwd: root, env, clearEnv: true });
  Deno.mkdirSync(`${root}/.wave/pipelines`, { recursive: true });
  Deno.writeTextFileSync(
    `${root}/wave.yaml`,
    manifestFor(agent, url, {
      permissions: row.permissions ?? "{}",
      model: row.models?.[agent],
      isAcp: row.isAcp === true,
    }),
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
  const { code, stderr } = row.end === undefined
    ? await wave("run", "p", "-q", ...row.args ?? [])
    : { code: await ended(row.end, { root, env }, wave), stderr: "" };
  const log = (await wave("logs", "-n", "all")).stdout;
  const { pipelines: [run] } = JSON.parse(
    (await wave("status", "--all", "--format", "json")).stdout,
  );
  if (run === undefined) {
    const none = { log: "", tokens: 0, known: "exact", cost: null, costFrom: "", workspace: "" };
    return { code, root, ...none, error: stderr, status: "refused", left: [], resumed: null };
  }
  const workspace = `${root}/.wave/workspaces/${run.id}/a`;
  const { error_message: error, total_tokens: tokens, tokens_known: known, status } = run;
  const entries = (await wave("logs", "-n", "all", "--format", "json")).stdout;
  const costFrom = [...new Set(entries.match(/"cost_from":\s*\[[^\]]*\]/g) ?? [])].join();
  const left = await processesOf(root);
  const resumed = row.more === undefined || code === 0
    ? null
    : await resumeWithMore(root, wave, { limit: BUDGET, more: row.more });
  return {
    code,
    root,
    resumed,
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

/** Begins the run, ends it while the agent's tool works or its adapter is paused, and returns the exit code of what follows. */
async function ended(
  end: End,
  { root, env }: { readonly root: string; readonly env: Record<string, string> },
  wave: (...args: string[]) => Promise<{ readonly code: number; readonly stdout: string }>,
): Promise<number> {
  const run = new Deno.Command(`${REPOSITORY}dist/wave`, {
    args: ["run", "p", "-q"],
    ...{ cwd: root, env, clearEnv: true },
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  const isPaused = async () =>
    /"paused_until":"/.test((await wave("status", "--format", "json")).stdout);
  const works = () =>
    exists(`${root}/.wave/workspaces`) &&
    [...Deno.readDirSync(`${root}/.wave/workspaces`)]
      .some(({ name }) => exists(`${root}/.wave/workspaces/${name}/a/s.txt`));
  const isThere = end === "kill -9 while paused, then resume" ? isPaused : works;
  const until = Date.now() + STARTS_WITHIN_MS;
  while (!await isThere() && Date.now() < until) await delay(50);
  if (end === "cancel --force") {
    const { code } = await wave("cancel", "@latest", "--force");
    await run.status;
    return code;
  }
  run.kill("SIGKILL");
  await run.status;
  return (await wave(end === "kill -9, then cancel" ? "cancel" : "resume", "-q")).code;
}

const BY_MCP = "operates wave by MCP";

/** The other way round: the agent operates wave. Returns how many did not. */
async function operating(
  server: ModelServer,
  skipped: ReadonlyMap<Agent, string>,
): Promise<number> {
  let wrong = 0;
  const notes: string[] = [];
  const cells = await Promise.all(AGENTS.map(async (agent) => {
    const operator = OPERATORS.find((each) => each === agent);
    if (operator === undefined) return "-";
    if (skipped.has(agent)) return "skipped";
    const tag = `${agent}-mcp`;
    const place = { url: `${server.url}/${tag}`, home, path };
    const problem = await operatedByMcp(operator, place, () => server.tally(tag).body);
    if (problem === null) return "ok";
    wrong++;
    notes.push(`  ${agent}: ${problem}`);
    return "WRONG";
  }));
  console.log([BY_MCP.padEnd(26), ...cells.map((cell) => cell.padEnd(10))].join(" "));
  for (const note of notes) console.log(note);
  return wrong;
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
      if (row.isAcp === true && !speaksAcp(agent)) return "-";
      const tag = `${agent}-${index}`;
      const result = await ran(agent, row, `${server.url}/${tag}`);
      const tally = server.tally(tag);
      const problem = row.check(result, agent, tally.input + tally.output, tally);
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
  if (only === undefined || BY_MCP.includes(only)) wrong += await operating(server, skipped);
  for (const [agent, why] of skipped) console.log(`skipped ${agent}: ${why}`);
  Deno.removeSync(home, { recursive: true });
  if (wrong > 0) Deno.exitCode = 1;
}

await main();
