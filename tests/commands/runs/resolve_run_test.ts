import { deepStrictEqual } from "node:assert/strict";
import { project } from "../../cli.ts";
import { callProgram } from "../../program.ts";
import { seedRuns } from "../../seed.ts";

Deno.test("a pipeline's name where a run is wanted: the hint says what to type", async () => {
  await using place = await project();
  const run = (id: string, startedAt: number) => ({ id, pipeline: "review", startedAt });
  await seedRuns(place.root, [run("review-1", 1000), run("review-2", 2000)]);
  await Deno.mkdir(`${place.root}/.wave/pipelines`, { recursive: true });
  await Deno.writeTextFile(`${place.root}/.wave/pipelines/new.yml`, "steps: []\n");
  const shows = "review is a pipeline: wave list runs --pipeline review shows its runs";
  const cases: [argv: string[], code: number, hint: string][] = [
    [["status", "review"], 2, shows],
    [["logs", "review"], 2, shows],
    [["cancel", "review"], 2, shows],
    [["artifacts", "review"], 2, shows],
    [["status", "new"], 3, "new is a pipeline that has no runs: wave run new"],
    [["status", "review-"], 2, "type more of the id, or all of it"],
    [["status", "nothing"], 3, "wave list runs"],
    [["status", "@lates"], 3, 'did you mean "@latest"?'],
  ];
  for (const [argv, code, hint] of cases) {
    const called = await callProgram(argv, { cwd: place.root });
    deepStrictEqual(
      [called.code, called.stderr.split("\nhint: ")[1]],
      [code, `${hint}\n`],
      argv.join(" "),
    );
  }
});
