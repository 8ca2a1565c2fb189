/** Removing runs, against `rm -rf` of the same workspaces: `deno task bench clean [runs]` */
import { thisProcess } from "../event/identity.ts";
import { wavePaths } from "../state/paths.ts";
import { removeRuns } from "../state/remove.ts";
import { openForWriting } from "../state/sqlite/open.ts";
import { generateTraces, runEvents } from "./generate.ts";

const FILES = 20;

/** A project with runs whose workspaces hold a few files each. */
function prepare(runs: number): { root: string; ids: string[] } {
  const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
  const paths = wavePaths(root);
  generateTraces(paths, runs, runs * 30);
  const ids: string[] = [];
  for (let number = 0; number < runs; number++) {
    const id = runEvents(number, 10)[0]?.run_id;
    if (id === undefined) continue;
    ids.push(id);
    for (let step = 0; step < 4; step++) {
      const folder = `${paths.workspace(id)}/step-${step}`;
      Deno.mkdirSync(folder, { recursive: true });
      for (let file = 0; file < FILES / 4; file++) {
        Deno.writeTextFileSync(`${folder}/file-${file}.md`, "text\n".repeat(50));
      }
    }
  }
  openForWriting(paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  return { root, ids };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

export default async function clean(runs = 2_000): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const wave = prepare(runs);
    const other = prepare(runs);
    const rm = await seconds(() =>
      new Deno.Command("rm", { args: ["-rf", `${other.root}/.wave/workspaces`] }).output()
    );
    const ours = await seconds(async () => {
      const { removed } = await removeRuns(wave.root, wave.ids, {
        ...{ owner: thisProcess(null), now: Date.now, measure: true },
        signal: new AbortController().signal,
      });
      if (removed.length !== wave.ids.length) throw new Error("not all were removed");
    });
    console.log(
      `${runs} runs: clean ${ours.toFixed(2)} s, rm -rf of the workspaces ${rm.toFixed(2)} s, ` +
        `ratio ${(ours / rm).toFixed(2)}`,
    );
    for (const { root } of [wave, other]) Deno.removeSync(root, { recursive: true });
  }
}
