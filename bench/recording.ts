/** Events recorded a second, trace and database, one process. `deno run … bench/recording.ts [events]` */
import { thisProcess } from "../event/identity.ts";
import { wavePaths } from "../state/paths.ts";
import { startRecording } from "../state/recording.ts";
import { openStore } from "../state/sqlite/store.ts";

const count = Number(Deno.args[0] ?? 200_000);
/** A program that emits lets the event loop run now and then, as one that waits for agents does. */
const BURST = 500;

async function record(withDatabase: boolean): Promise<number> {
  const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
  const owner = thisProcess(null);
  try {
    using store = withDatabase ? await openStore(root, { owner, busyTimeoutMs: 0 }) : null;
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
      const tokens = { input: n * 9, output: n, total: n * 10 };
      const data = { tool: "Read", tokens };
      const message = `Read file ${n}`;
      recording.emit({ ...step, state: "tool", message, tokens_used: tokens.total, data });
      if (n % BURST === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await recording.end("completed", "");
    return count / ((performance.now() - begin) / 1000);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

for (const withDatabase of [false, true]) {
  const rates = [];
  for (let round = 0; round < 3; round++) rates.push(await record(withDatabase));
  const median = rates.sort((a, b) => a - b)[1] ?? NaN;
  const what = withDatabase ? "trace and database" : "trace alone";
  console.log(`${what}: ${Math.round(median).toLocaleString("en")} events/s`);
}
