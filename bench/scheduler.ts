/**
 * A chain of 200 `command` steps that run `true`, against a plain loop on the same runtime that spawns
 * them the same way, each in a session of its own. `deno run … bench/scheduler.ts [steps] [rounds]`
 */
import { loadManifest, loadPipeline } from "../executor/language/load.ts";
import { execute } from "../executor/execute.ts";
import type { Pipeline } from "../executor/language/pipeline.ts";
import { plannedSteps } from "../executor/plan.ts";
import type { Clock, Emit } from "../executor/port.ts";
import { startRecording } from "../state/recording.ts";
import { wavePaths } from "../state/paths.ts";

const STEPS = Number(Deno.args[0] ?? 200);
const ROUNDS = Number(Deno.args[1] ?? 5);

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  delay: () => Promise.resolve(),
};

const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
const paths = wavePaths(root);
Deno.mkdirSync(`${root}/.wave/pipelines`, { recursive: true });
Deno.writeTextFileSync(`${root}/.wave/pipelines/chain.yaml`, chainYaml());
const manifest = loadManifest(root);
const pipeline = loadPipeline(root, "chain", manifest);

function chainYaml(): string {
  const steps = Array.from({ length: STEPS }, (_, index) => {
    const needs = index === 0 ? "" : `    dependencies: [s${index - 1}]\n`;
    return `  - id: s${index}\n    type: command\n    script: "true"\n${needs}`;
  });
  return `kind: WavePipeline\nmetadata:\n  name: chain\nsteps:\n${steps.join("")}`;
}

async function loop(): Promise<void> {
  for (let count = 0; count < STEPS; count++) {
    await new Deno.Command("setsid", {
      args: ["sh", "-c", "true"],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  }
}

async function run(chain: Pipeline, runId: string, emit: Emit): Promise<void> {
  const never = new AbortController().signal;
  const result = await execute({
    pipeline: chain,
    manifest,
    projectRoot: root,
    runId,
    input: "",
    emit,
    control: { graceful: never, forced: never },
    clock,
    environment: Deno.env.toObject(),
    mock: false,
    startRun: () => Promise.reject(new Error("no inner runs here")),
    gates: { answer: () => Promise.reject(new Error("no gates here")) },
  });
  if (result.status !== "completed") throw new Error(result.message);
}

let count = 0;
const bare = (chain: Pipeline) => run(chain, `bare-${++count}`, () => {});

async function recorded(chain: Pipeline): Promise<void> {
  await using recording = await startRecording({
    paths,
    owner: { host: "bench", pid: Deno.pid, process_start: null },
    env: Deno.env.toObject(),
    now: () => Date.now(),
    index: null,
    listener: () => {},
    warn: () => {},
    pipeline: chain.name,
    input: "",
    steps: await plannedSteps(chain, manifest, root),
    mock: false,
  });
  await run(chain, recording.runId, (draft) => recording.emit(draft));
  await recording.end("completed", "");
}

const ways: Record<string, () => Promise<void>> = {
  "plain loop": loop,
  "scheduler alone": () => bare(pipeline),
  "with its trace": () => recorded(pipeline),
};
const times = new Map<string, number[]>();
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const begin = performance.now();
    await way();
    // The first round warms up.
    if (round > 0) times.set(name, [...times.get(name) ?? [], performance.now() - begin]);
  }
}
const median = (name: string) => {
  const sorted = (times.get(name) ?? []).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
};
for (const name of Object.keys(ways)) {
  const ratio = median(name) / median("plain loop");
  console.log(`${name}: ${(median(name) / STEPS).toFixed(2)} ms a step, ratio ${ratio.toFixed(2)}`);
}
Deno.removeSync(root, { recursive: true });
