/**
 * How many events a process records in a second, in the trace and the database, with realistic
 * environments and messages. `deno task bench recording [events]`
 */
import type { EventDraft } from "../event/event.ts";
import { thisProcess } from "../event/identity.ts";
import { ensurePrivateDirs, wavePaths } from "../state/records/wave_paths.ts";
import { startRecording } from "../state/recording/start_recording.ts";
import { openStore } from "../state/sqlite/sqlite_store.ts";

const ROUNDS = 3;
/** An executor gives the event loop its turn at least so often. */
const EVENTS_A_TURN = 1_000;
const TARGET = 30_000;

const MESSAGE = 'reading "src/parser/tokens.ts" and comparing it with what the tests expect of it';
const MIXES: Readonly<Record<string, (n: number) => EventDraft>> = {
  "output alone": output,
  "tool calls alone": tool,
  "one tool call in ten": (n) => n % 10 === 0 ? tool(n) : output(n),
};

function output(n: number): EventDraft {
  const message = `${n} ${MESSAGE}`;
  return { step_id: "a", attempt: 1, state: "output", message, data: { stream: "stdout" } };
}

function tool(n: number): EventDraft {
  const tokens = { input: n, output: n, total: 2 * n };
  const data = { tool: "Read", tokens, path: "src/parser/tokens.ts" };
  return { step_id: "a", attempt: 1, state: "tool", message: MESSAGE, tokens_used: 2 * n, data };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Milliseconds that recording takes. */
async function record(
  events: number,
  draft: (n: number) => EventDraft,
  withIndex: boolean,
): Promise<number> {
  const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
  const owner = thisProcess(null);
  ensurePrivateDirs(wavePaths(root));
  using store = withIndex ? await openStore(root, { owner, busyTimeoutMs: 0 }) : null;
  let heard = 0;
  const began = performance.now();
  {
    await using recorder = await startRecording({
      paths: wavePaths(root),
      owner,
      env: Object.fromEntries(
        Array.from({ length: 8 }, (_, n) => [`N${n}_KEY`, `secret-${n}-value`]),
      ),
      now: Date.now,
      index: store,
      listener: () => heard++,
      warn: (message) => console.error(message),
      pipeline: "bench",
      input: "",
      steps: ["a", "b", "c"].map((id) => ({ id, persona: null, dependencies: [], digest: null })),
      mock: false,
    });
    const data = { nonce: "n", workspace: "w" };
    recorder.emit({ step_id: "a", attempt: 1, state: "running", data });
    for (let n = 0; n < events; n++) {
      recorder.emit(draft(n));
      if (n % EVENTS_A_TURN === 0) await turn();
    }
    await recorder.end("completed", "");
  }
  const took = performance.now() - began;
  if (heard !== events + 3) throw new Error(`heard ${heard} events`);
  Deno.removeSync(root, { recursive: true });
  return took;
}

/** Milliseconds that a plain loop takes to write lines of the same length. */
function writePlainly(events: number): number {
  const path = Deno.makeTempFileSync();
  const began = performance.now();
  {
    using file = Deno.openSync(path, { append: true });
    const encoder = new TextEncoder();
    for (let n = 0; n < events; n++) file.writeSync(encoder.encode(`${"x".repeat(330)}${n}\n`));
  }
  const took = performance.now() - began;
  Deno.removeSync(path);
  return took;
}

const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] ?? NaN;

export default async function recording(events = 100_000): Promise<void> {
  const times = new Map<string, number[]>();
  const keep = (name: string, took: number) => times.set(name, [...times.get(name) ?? [], took]);
  for (let round = 0; round < ROUNDS; round++) {
    keep("plain writes", writePlainly(events));
    for (const [name, draft] of Object.entries(MIXES)) {
      keep(`trace: ${name}`, await record(events, draft, false));
      keep(`trace and database: ${name}`, await record(events, draft, true));
    }
  }
  const plain = median(times.get("plain writes") ?? []);
  for (const [name, all] of times) {
    const took = median(all);
    const speed = events / took * 1000;
    console.log(
      `${name.padEnd(42)} ${Math.round(speed).toLocaleString("en")} events/s, ` +
        `${(took / plain).toFixed(1)} x plain writes, ${(speed / TARGET).toFixed(1)} x the target`,
    );
  }
}
