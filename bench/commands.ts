/** How long whole commands take, from the bundle in `dist/`: `deno task bench commands [rounds]` */
import { openFixtures } from "./fixtures.ts";
import { compare, emptyProgram, wave } from "./measure.ts";

export default async function commands(rounds = 15): Promise<void> {
  using fixtures = openFixtures();
  const large = fixtures.runs(10_000, 1_000_000);
  const small = fixtures.runs(100, 10_000);
  const long = fixtures.longRun(1_000_000);
  const lost = fixtures.runs(10_000, 100_000, { database: false });
  const json = ["--format", "json"];
  await compare([
    emptyProgram(),
    wave("status --format json, 10,000 runs", large, "status", ...json),
    wave("status --format json, 100 runs", small, "status", ...json),
    wave("status, nothing running", large, "status"),
    wave("status --all, a table of 20", large, "status", "--all"),
    wave("list runs --limit 20 --format json", large, "list", "runs", "--limit", "20", ...json),
    wave("logs -n 100 of 1,000,000 events", long, "logs", "-n", "100"),
    wave("completions bash", large, "completions", "bash"),
    wave("status --all from 10,000 traces", lost, "status", "--all"),
  ], rounds);
}
