/**
 * What a reader with an open query costs a writer: `contention.ts [batches]`. Another process holds a read
 * transaction and goes on stepping through a query, while this one indexes a run.
 */
import { thisProcess } from "../event/identity.ts";
import { wavePaths } from "../state/records/wave_paths.ts";
import { openStore } from "../state/sqlite/sqlite_store.ts";
import { generateTraces } from "./generate.ts";
import { startRecording } from "../state/recording/start_recording.ts";

const ROUNDS = 9;
const count = Number(Deno.args[0] ?? 20_000);
/** Some hundred transitions a second: each is a transaction of its own. */
const TRANSITION_EVERY = 100;

/** The program of the reader; it says when its query is open, and goes on until its stdin is closed. */
const READER = `
import { DatabaseSync } from "node:sqlite";
const db = new DatabaseSync(Deno.args[0], { readOnly: true });
let open = true;
Deno.stdin.read(new Uint8Array(1)).then(() => { open = false; });
db.exec("BEGIN");
const rows = db.prepare("SELECT * FROM event_log").iterate();
rows.next();
console.log("open");
while (open) {
  rows.next();
  await new Promise((resolve) => setTimeout(resolve, 1));
}
`;

async function openReader(path: string): Promise<AsyncDisposable> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", READER, path],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await reader.cancel();
      await child.status;
    },
  };
}

/** Events recorded a second. */
async function record(root: string): Promise<number> {
  const owner = thisProcess(null);
  using store = await openStore(root, { owner, busyTimeoutMs: 0 });
  await using recording = await startRecording({
    ...{ paths: wavePaths(root), owner, env: {}, now: Date.now, index: store },
    ...{ pipeline: "bench", input: "go", mock: false, listener: () => {} },
    steps: [{ id: "work", persona: "worker", dependencies: [], digest: null }],
    warn: (message) => console.log(`warning: ${message}`),
  });
  const step = { step_id: "work", attempt: 1 };
  const begin = performance.now();
  recording.emit({ ...step, state: "running", data: { nonce: "n", workspace: "w" } });
  for (let n = 1; n <= count; n++) {
    const data = { tool: "Read" };
    if (n % TRANSITION_EVERY === 0) recording.emit({ ...step, state: "warning", message: `${n}` });
    else recording.emit({ ...step, state: "tool", message: `Read file ${n}`, data });
    if (n % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await recording.end("completed", "");
  return count / ((performance.now() - begin) / 1000);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
const alone: number[] = [];
const read: number[] = [];
try {
  const paths = wavePaths(root);
  generateTraces(paths, 100, 100_000);
  await record(root);
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await record(root));
    await using _reader = await openReader(paths.database);
    read.push(await record(root));
  }
} finally {
  Deno.removeSync(root, { recursive: true });
}
const ratio = median(alone) / median(read);
console.log(
  `a writer alone: ${Math.round(median(alone))} events/s; beside a reader with an open query: ` +
    `${Math.round(median(read))} events/s; ${ratio.toFixed(2)} × the time (at most 1.10)`,
);
