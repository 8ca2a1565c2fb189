/** How long readers take, by how much is stored. `deno task bench readers [runs]` */
import { openReader } from "../state/open_reader.ts";
import { wavePaths } from "../state/records/wave_paths.ts";
import type { RunReader } from "../state/records/run_reader.ts";
import { openForWriting } from "../state/sqlite/write_connection.ts";
import { generateTraces } from "./generate.ts";

const ROUNDS = 15;

const QUESTIONS: Readonly<Record<string, (reader: RunReader) => unknown>> = {
  "open only": (reader) => reader.provenance,
  "status (running)": (reader) => reader.runs({ statuses: ["pending", "running"] }),
  "status --all (20 newest)": (reader) => reader.runs({ limit: 20 }),
  "--status failed --pipeline 'de*' --limit 20": (reader) =>
    reader.runs({ statuses: ["failed"], pipeline: "de*", limit: 20 }),
  "@latest": (reader) => reader.idsWithPrefix("", 1),
  "every run": (reader) => reader.runs({}),
};

interface Size {
  readonly name: string;
  readonly root: string;
}

function prepare(runs: number, events: number): Size {
  const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
  const paths = wavePaths(root);
  const begin = performance.now();
  const written = generateTraces(paths, runs, events);
  const made = performance.now();
  openForWriting(paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  const filled = performance.now();
  const name = `${runs} runs, ${written} events`;
  console.log(
    `${name}: traces ${ms(made - begin)}, database filled ${ms(filled - made)} ` +
      `(${Math.round(written / (filled - made))}k events/s)`,
  );
  return { name, root };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function ms(time: number): string {
  return `${time.toFixed(2)} ms`;
}

function time(root: string, forceTraces: boolean, ask: (reader: RunReader) => unknown): number {
  const begin = performance.now();
  using reader = openReader(root, { now: () => Date.now(), forceTraces });
  ask(reader);
  return performance.now() - begin;
}

export default function readers(runs = 10_000): Promise<void> {
  const events = runs * 100;
  const small = prepare(Math.ceil(runs / 100), Math.ceil(events / 100));
  const large = prepare(runs, events);
  try {
    for (const [question, ask] of Object.entries(QUESTIONS)) {
      const times: Record<string, number[]> = { small: [], large: [], traces: [] };
      for (let round = 0; round < ROUNDS; round++) {
        times["small"]?.push(time(small.root, false, ask));
        times["large"]?.push(time(large.root, false, ask));
        if (round < 3) times["traces"]?.push(time(large.root, true, ask));
      }
      const [few, many, traces] = [times["small"], times["large"], times["traces"]]
        .map((list) => median(list ?? []));
      console.log(
        `${question}: ${ms(many ?? NaN)}, ${((many ?? NaN) / (few ?? NaN)).toFixed(2)} × that of ` +
          `100 × fewer runs; from traces ${ms(traces ?? NaN)}`,
      );
    }
  } finally {
    for (const { root } of [small, large]) Deno.removeSync(root, { recursive: true });
  }
  return Promise.resolve();
}
