/** A real agent that operates wave by the tools of `wave mcp` alone, but for mending the YAML. */
import { REPOSITORY } from "../start_program.ts";
import { environmentFor } from "./agent_projects.ts";
import { call } from "./programs.ts";

/** It fails until its script is mended. */
const PIPELINE = `steps:
  - id: make
    type: command
    script: echo made > out.txt; echo no such luck >&2; exit 3
    output_artifacts: [{ name: out, path: out.txt }]
`;

const CALLS = [
  { mcp: "validate", args: {} },
  { mcp: "run", args: { pipeline: "p" } },
  { mcp: "wait", args: { "run-id": ["@latest"] } },
  { mcp: "why", args: { "run-id": "@latest" } },
  { shell: "sed -i s/exit.3/true/ .wave/pipelines/p.yaml" },
  { mcp: "resume", args: { "run-id": "@latest" } },
  { mcp: "wait", args: { "run-id": ["@latest"] } },
  { mcp: "artifacts", args: { "run-id": "@latest" } },
];

const PROMPT = `work @@model ${JSON.stringify({ calls: CALLS, say: "mended" })}@@`;

/** What the results of the tools must have told the model, in this order. */
const TOLD = [
  /"valid":true/,
  /"detached":true/,
  /"status":"failed"/,
  /no such luck/,
  /"detached":true/,
  /"status":"completed"/,
  /"name":"out".*"state":"ok"/,
];

export type Operator = "claude" | "opencode";
export const OPERATORS: readonly Operator[] = ["claude", "opencode"];

interface Place {
  readonly url: string;
  readonly home: string;
  readonly path: string;
}

/** Starts the agent in `root`, where it works for itself. */
function start(agent: Operator, root: string, place: Place) {
  const command = [`${REPOSITORY}dist/wave`, "mcp", "--allow", "run,resume"];
  const env = environmentFor(place.url, place);
  const options = { cwd: root, clearEnv: true };
  if (agent === "claude") {
    const [program, ...args] = command;
    const servers = JSON.stringify({ mcpServers: { wave: { command: program, args } } });
    const words = ["-p", PROMPT, "--model", "test", "--mcp-config", servers];
    return call("claude", [...words, "--allowedTools", "mcp__wave,Bash"], {
      ...options,
      // Else its first turn may come before it has the tools of a server that starts.
      env: { ...env, MCP_CONNECTION_NONBLOCKING: "0" },
    });
  }
  const config = {
    ...JSON.parse(env["OPENCODE_CONFIG_CONTENT"] ?? "{}"),
    mcp: { wave: { type: "local", command } },
    permission: { bash: "allow" },
  };
  const own = { ...env, OPENCODE_CONFIG_CONTENT: JSON.stringify(config) };
  return call("opencode", ["run", "-m", "test/m", PROMPT], { ...options, env: own });
}

/**
 * What is wrong, or null when it started a run, waited, was told why it failed, mended and resumed it, and
 * found the artifact.
 *
 * @param body of the last request to the model, with the results of all tools.
 */
export async function operatedByMcp(
  agent: Operator,
  place: Place,
  body: () => string,
): Promise<string | null> {
  const root = Deno.makeTempDirSync({ prefix: "wave-agents-" });
  Deno.mkdirSync(`${root}/.wave/pipelines`, { recursive: true });
  Deno.writeTextFileSync(`${root}/.wave/pipelines/p.yaml`, PIPELINE);
  const { code, stdout, stderr } = await start(agent, root, place);
  if (code !== 0) return `exit ${code}: ${(stdout + stderr).slice(-300)} (${root})`;
  // Its quotes are escaped, once or more often.
  let rest = body().replaceAll(/\\+"/g, '"');
  // The prompt has the calls, not their results.
  rest = rest.slice(rest.indexOf("@@model"));
  for (const told of TOLD) {
    const found = told.exec(rest);
    if (found === null) return `the model was not told ${told} (${root})`;
    rest = rest.slice(found.index + found[0].length);
  }
  const env = { PATH: place.path, HOME: place.home };
  const status = ["status", "--all", "--format", "json"];
  const options = { cwd: root, env, clearEnv: true };
  const { pipelines } = JSON.parse((await call(`${REPOSITORY}dist/wave`, status, options)).stdout);
  const seen = JSON.stringify(pipelines.map((run: { status: string }) => run.status));
  if (seen !== '["completed"]') return `runs: ${seen} (${root})`;
  Deno.removeSync(root, { recursive: true });
  return null;
}
