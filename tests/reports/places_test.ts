/** Folders and files whose names have blanks, quotes and letters of other languages. */
import { deepEqual, equal } from "node:assert/strict";
import { carriedOver } from "./report.ts";

carriedOver({
  at: [
    "nextflow-io/nextflow#86",
    "nextflow-io/nextflow#218",
    "snakemake/snakemake#2981",
    "snakemake/snakemake#1546",
    "snakemake/snakemake#3235",
  ],
  done:
    "the project, its files and its link have blanks, quotes, brackets and umlauts in their names",
  wave: "runs, artifacts, exports and cleaning work as anywhere else",
  files: {},
}, async (tmp) => {
  const place = `${tmp.root}/user's "füßen" $HOME [a] {b} (c) %41`;
  await Deno.mkdir(`${place}/.wave/pipelines`, { recursive: true });
  await Deno.writeTextFile(`${place}/wave.yaml`, "metadata: { name: test }\n");
  await Deno.writeTextFile(
    `${place}/.wave/pipelines/p.yaml`,
    `steps:
  - id: a
    type: command
    script: test -d "$TMPDIR" && mkdir -p 'Ünï cödé' && echo text > 'Ünï cödé/ä b.txt' && echo dash > -d
    output_artifacts: [{ name: one, path: 'Ünï cödé/ä b.txt' }, { name: two, path: '-d' }]
  - id: b
    type: command
    script: cat {{ artifacts.one }} {{ artifacts.two }} > both
    memory: { inject_artifacts: [{ step: a, artifact: one, as: 'wïth blank' }, { step: a, artifact: two }] }
    output_artifacts: [{ name: both, path: both }]
`,
  );
  const link = `${tmp.root}/a link`;
  await Deno.symlink(place, link);
  const run = await tmp.shell("wave run p && wave artifacts --export 'out here'", { cwd: link });
  equal(run.code, 0, run.stderr);
  const exported = `${place}/out here`;
  equal(await Deno.readTextFile(`${exported}/a/Ünï cödé/ä b.txt`), "text\n");
  equal(await Deno.readTextFile(`${exported}/b/both`), "text\ndash\n");
  equal((await tmp.wave(["clean", "--all", "--force"], { cwd: place })).code, 0);
  deepEqual([...Deno.readDirSync(`${place}/.wave/workspaces`)], []);
});
