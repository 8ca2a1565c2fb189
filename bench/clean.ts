/** Removing runs, against `rm -rf` of the same workspaces: `deno task bench clean [runs]` */
import { wavePaths } from "../state/records/wave_paths.ts";
import { openForWriting } from "../state/sqlite/write_connection.ts";
import { generateTraces, runEvents } from "./generate.ts";
import { type Case, cost, wave } from "./measure.ts";

const FILES = 20;

/** A project with runs whose workspaces hold a few files each. */
function prepare(runs: number): string {
  const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
  const paths = wavePaths(root);
  generateTraces(paths, runs, runs * 30);
  for (let number = 0; number < runs; number++) {
    const id = runEvents(number, 10)[0]?.run_id;
    if (id === undefined) continue;
    for (let step = 0; step < 4; step++) {
      const folder = `${paths.workspace(id)}/step-${step}`;
      Deno.mkdirSync(folder, { recursive: true });
      for (let file = 0; file < FILES / 4; file++) {
        Deno.writeTextFileSync(`${folder}/file-${file}.md`, "text\n".repeat(50));
      }
    }
  }
  openForWriting(paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  Deno.writeTextFileSync(`${root}/wave.yaml`, "metadata: { name: bench }\n");
  return root;
}

/** Seconds that a command takes. */
async function seconds(one: Case): Promise<number> {
  // What was written just now must not be written while something is measured.
  await new Deno.Command("sync").output();
  return (await cost(one)).wall / 1000;
}

export default async function clean(runs = 2_000): Promise<void> {
  for (let round = 0; round < 4; round++) {
    const [first, second] = [prepare(runs), prepare(runs)];
    // Which of the trees is older must not decide.
    const [ours, others] = round % 2 === 0 ? [first, second] : [second, first];
    const rm = { name: "rm", command: ["rm", "-rf", `${others}/.wave/workspaces`], cwd: others };
    const removing = wave("clean", ours, "clean", "--all", "--force");
    const took: [string, number][] = [];
    for (const one of round % 2 === 0 ? [removing, rm] : [rm, removing]) {
      took.push([one.name, await seconds(one)]);
    }
    const { clean = NaN, rm: base = NaN } = Object.fromEntries(took);
    console.log(
      `${runs} runs: clean ${clean.toFixed(2)} s, rm -rf of the workspaces ${base.toFixed(2)} s, ` +
        `ratio ${(clean / base).toFixed(2)}`,
    );
    for (const root of [ours, others]) Deno.removeSync(root, { recursive: true });
  }
}
