/**
 * Projects to measure on. Making the large ones takes a minute: with `WAVE_BENCH_FIXTURES` they are kept
 * in that folder for the next time, otherwise they are removed.
 */
import { type WavePaths, wavePaths } from "../state/records/wave_paths.ts";
import { openForWriting } from "../state/sqlite/write_connection.ts";
import { generateTraces, writeLongTrace } from "./generate.ts";

export interface Fixtures extends Disposable {
  /** `runs` runs with about `events` events altogether, in traces and database. Returns the root. */
  readonly runs: (runs: number, events: number, options?: { database: boolean }) => string;
  /** One run with so many events, most of them output. Returns the root. */
  readonly longRun: (events: number) => string;
}

export function openFixtures(): Fixtures {
  const kept = Deno.env.get("WAVE_BENCH_FIXTURES");
  const folder = kept ?? Deno.makeTempDirSync({ prefix: "wave-bench-" });
  const project = (name: string, fill: (paths: WavePaths) => void, database: boolean) => {
    const root = `${folder}/${name}`;
    const done = `${root}/.wave/filled`;
    if (exists(done)) return root;
    const paths = wavePaths(root);
    fill(paths);
    if (database) openForWriting(paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
    Deno.writeTextFileSync(done, "");
    return root;
  };
  return {
    runs(runs, events, { database } = { database: true }) {
      const name = `${runs}-runs-${events}-events${database ? "" : "-traces-alone"}`;
      return project(name, (paths) => generateTraces(paths, runs, events), database);
    },
    longRun(events) {
      const fill = (paths: WavePaths) => void writeLongTrace(paths, events);
      return project(`long-run-${events}-events`, fill, true);
    },
    [Symbol.dispose]() {
      if (kept === undefined) Deno.removeSync(folder, { recursive: true });
    },
  };
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
