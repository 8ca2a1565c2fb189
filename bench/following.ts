/**
 * How long an event takes from another process's clock to the one who follows.
 * `deno task bench following [events]`
 */
import { fromFileUrl } from "@std/path";
import { followRun, waitForRun } from "../state/live/follow_run.ts";
import { ensurePrivateDirs, wavePaths } from "../state/records/wave_paths.ts";

/** Milliseconds, at the 99th percentile. */
const TARGET = 20;

export default async function following(events = 20_000): Promise<void> {
  const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
  const paths = wavePaths(root);
  ensurePrivateDirs(paths);
  const { signal } = new AbortController();
  const waiting = waitForRun(paths, { known: new Set(), signal });
  const program = fromFileUrl(new URL("../tests/fixtures/hold_run.ts", import.meta.url));
  const recorder = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      "--allow-read",
      "--allow-write",
      "--allow-sys",
      "--allow-env",
      program,
      root,
      `${events}`,
    ],
    stdout: "null",
  }).spawn();
  const runId = await waiting;
  if (runId === null) throw new Error("no run began");
  const latencies: number[] = [];
  for await (const { event } of followRun(paths, runId, { signal })) {
    if (event.state === "output") latencies.push(Date.now() - Number(event.message.split(" ")[1]));
  }
  await recorder.status;
  Deno.removeSync(root, { recursive: true });
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? NaN;
  console.log(
    `${latencies.length} events: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(0.9999)} ms; ` +
      `p99 is ${(at(0.99) / TARGET).toFixed(2)} x the target`,
  );
}
