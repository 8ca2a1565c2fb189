/**
 * A chain of `command` steps that run `true`, against a plain loop on the same runtime that spawns them
 * the same way, each in a session of its own: the executor alone, with its trace, and the whole program
 * from the bundle. `deno task bench scheduler [steps]`
 */
import { loadManifest, loadPipeline } from "../executor/language/load_definitions.ts";
import type { Manifest } from "../executor/language/model/manifest.ts";
import { executeRun } from "../executor/execute_run.ts";
import type { Pipeline } from "../executor/language/model/pipeline.ts";
import { plannedSteps } from "../executor/planning/planned_steps.ts";
import { startRecording } from "../state/recording/start_recording.ts";
import { wavePaths } from "../state/records/wave_paths.ts";
import { compare, median, onRuntime, wave } from "./measure.ts";
import type { Clock, Emit } from "../executor/api.ts";

const ROUNDS = 5;

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  delay: () => Promise.resolve(),
};

function chainYaml(steps: number): string {
  const parts = Array.from({ length: steps }, (_, index) => {
    const needs = index === 0 ? "" : `    dependencies: [s${index - 1}]\n`;
    return `  - id: s${index}\n    type: command\n    script: "true"\n${needs}`;
  });
  return `kind: WavePipeline\nmetadata:\n  name: chain\nsteps:\n${parts.join("")}`;
}

/** The plain loop. */
async function loop(steps: number): Promise<void> {
  for (let count = 0; count < steps; count++) {
    await new Deno.Command("setsid", {
      args: ["sh", "-c", "true"],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  }
}

/** The same as a program, which is given the number of rounds. */
const LOOP = `await (${loop})(Number(Deno.args[0]));`;

interface Chain {
  readonly root: string;
  readonly manifest: Manifest;
  readonly pipeline: Pipeline;
}

function prepare(steps: number): Chain {
  const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
  Deno.mkdirSync(`${root}/.wave/pipelines`, { recursive: true });
  Deno.writeTextFileSync(`${root}/wave.yaml`, "metadata: { name: bench }\n");
  Deno.writeTextFileSync(`${root}/.wave/pipelines/chain.yaml`, chainYaml(steps));
  Deno.writeTextFileSync(`${root}/loop.js`, LOOP);
  const manifest = loadManifest(root);
  return { root, manifest, pipeline: loadPipeline(root, "chain", manifest) };
}

async function run({ root, manifest, pipeline }: Chain, runId: string, emit: Emit): Promise<void> {
  const never = new AbortController().signal;
  const result = await executeRun({
    pipeline,
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

async function recorded(chain: Chain): Promise<void> {
  const { root, manifest, pipeline } = chain;
  await using recording = await startRecording({
    paths: wavePaths(root),
    owner: { host: "bench", pid: Deno.pid, process_start: null },
    env: Deno.env.toObject(),
    now: () => Date.now(),
    index: null,
    listener: () => {},
    warn: () => {},
    pipeline: pipeline.name,
    input: "",
    steps: await plannedSteps(pipeline, manifest, root),
    mock: false,
  });
  await run(chain, recording.runId, (draft) => recording.emit(draft));
  await recording.end("completed", "");
}

export default async function scheduler(steps = 200): Promise<void> {
  const chain = prepare(steps);
  let count = 0;
  const ways: Record<string, () => Promise<void>> = {
    "plain loop": () => loop(steps),
    "executor alone": () => run(chain, `bare-${++count}`, () => {}),
    "executor with its trace": () => recorded(chain),
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
  const base = median(times.get("plain loop") ?? []);
  console.log("in one process, milliseconds a step");
  for (const [name, all] of times) {
    const took = median(all);
    console.log(`${name.padEnd(42)} ${(took / steps).toFixed(2)}  ${(took / base).toFixed(2)} x`);
  }
  await compare([
    onRuntime(`whole program: a loop of ${steps}`, `${chain.root}/loop.js`, chain.root, `${steps}`),
    wave(`whole program: wave run, ${steps} steps`, chain.root, "run", "chain"),
  ], ROUNDS);
  Deno.removeSync(chain.root, { recursive: true });
}
