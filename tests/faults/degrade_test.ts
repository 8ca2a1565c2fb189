/** Every command under every fault of the database (contract, section 5). */
import assert from "node:assert/strict";
import { rebuildDatabase } from "../../state/sqlite/rebuild_database.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { Database } from "../../state/sqlite/database.ts";
import { type Project, project } from "../cli.ts";
import { callProgram, type ProgramResult } from "../program.ts";
import { holdOwner, seedRuns } from "../seed.ts";
import { breakEachPage, DATABASE_FAULTS } from "./database_faults.ts";

const REPORT = `
steps:
  - id: count
    type: command
    script: mkdir out && printf '%s' "{{ input }}" > out/count.txt && echo counted
    output_artifacts:
      - { name: count, path: out/count.txt, type: text }
  - id: report
    type: command
    dependencies: [count]
    memory:
      inject_artifacts:
        - { step: count, artifact: count, as: count.txt }
    script: cat artifacts/count.txt > report.md
    output_artifacts:
      - { name: report, path: report.md, type: markdown }
`;
const BROKEN = `
steps:
  - { id: before, type: command, script: "echo ready" }
  - { id: broken, type: command, dependencies: [before], script: "echo no >&2; exit 7" }
`;
const MANIFEST = `
metadata: { name: test }
adapters: { mock: { binary: mock } }
personas: { navigator: { adapter: mock, system_prompt_file: navigator.md } }
`;

const NOW = Date.now();
const MINUTE = 60_000;
const SEEDS = [
  { id: "report-dead", pipeline: "report", status: "running", startedAt: NOW - 9 * MINUTE },
  { id: "report-live", pipeline: "report", status: "running", startedAt: NOW - 5 * MINUTE },
  { id: "old-failed", pipeline: "old", status: "failed", startedAt: NOW - 90 * MINUTE, error: "x" },
  { id: "old-stopped", pipeline: "old", status: "cancelled", startedAt: NOW - 80 * MINUTE },
] as const;
const STEPS = [{ id: "count", status: "running" as const }, {
  id: "report",
  status: "pending" as const,
}];

/** Real runs, and some that only a crash or another process could have left. */
async function filledProject(): Promise<Project> {
  const place = await project({
    "wave.yaml": MANIFEST,
    "navigator.md": "You look around.",
    ".wave/pipelines/report.yaml": REPORT,
    ".wave/pipelines/broken.yaml": BROKEN,
  });
  await seedRuns(place.root, SEEDS.map((run) => ({ ...run, steps: STEPS })));
  for (const args of [["report", "seven"], ["report", "eight"], ["broken"]]) {
    await callProgram(["run", ...args], { cwd: place.root });
  }
  return place;
}

async function copyOf(place: Project): Promise<Project> {
  const copy = await project({}, { bare: true });
  await new Deno.Command("cp", { args: ["-a", `${place.root}/.`, copy.root] }).output();
  return copy;
}

/** What reads, each with `--format json`, and at a moment of its own. */
const READS = [
  ["status"],
  ["status", "--all"],
  ["status", "report-dead"],
  ["status", "--status", "failed,cancelled", "--pipeline", "*o*", "--limit", "2"],
  ["status", "nothing-like-that"],
  ["status", "old"],
  ["logs"],
  ["logs", "@latest", "--errors"],
  ["logs", "--pipeline", "report", "-n", "7", "--offset", "1"],
  ["logs", "old-failed", "--lines", "all", "--level", "info"],
  ["artifacts", "@latest"],
  ["artifacts", "--verify"],
  ["list", "runs"],
  ["list", "runs", "--since", "1h", "--status", "completed"],
  ["list"],
  ["clean", "--all", "--dry-run"],
  ["clean", "--older-than", "1h", "--keep-last", "1", "--dry-run"],
  ["wait", "old-failed", "old-stopped"],
  ["cancel", "old-failed"],
  ["validate"],
  ["run", "report", "--from-step", "report", "--dry-run"],
  ["resume", "report-dead", "--plan"],
] as const;

/** What changes something, in an order in which everything has something to do. */
const ACTIONS = [
  ["run", "report", "nine"],
  ["run", "broken"],
  ["run", "report", "--from-step", "report"],
  ["do", "look", "--mock"],
  ["resume", "report-dead"],
  ["resume", "@latest"],
  ["wait", "report-dead", "old-stopped"],
  ["artifacts", "report-dead", "--export", "out"],
  ["cancel", "report-live"],
  ["cancel", "old-failed"],
  ["clean", "old-failed", "--force"],
  ["clean", "--pipeline", "broken", "--force"],
  ["_complete", "bash", "status", ""],
  ["completions", "bash"],
] as const;

const read = (place: Project, args: readonly string[]) =>
  callProgram([...args, "--format", "json"], { cwd: place.root, now: () => NOW });

function withoutSource({ code, stdout }: ProgramResult) {
  const { source, ...rest } = JSON.parse(stdout);
  return { code, rest, source };
}

const TABLES = ["pipeline_state", "pipeline_run", "step_state", "artifact", "event_log"];

/** Every row of every table, in the file as it is. */
function rows(root: string) {
  using database = new Database(wavePaths(root).database, { readOnly: true }, "");
  return TABLES.map((table) => database.all(`SELECT * FROM ${table} ORDER BY 1, 2`));
}

const warnings = ({ stderr }: ProgramResult) =>
  stderr.split("\n").filter((line) => line.startsWith("warning: state.db"));

for (const [name, { reason, breakIt, mendsItself = false }] of Object.entries(DATABASE_FAULTS)) {
  Deno.test(`every command works when the database is ${name}`, async () => {
    await using sound = await filledProject();
    await using broken = await copyOf(sound);
    const expected: ProgramResult[] = [];
    {
      await using _live = await holdOwner(sound.root, "report-live", NOW);
      for (const args of READS) expected.push(await read(sound, args));
    }
    {
      await using stack = new AsyncDisposableStack();
      // Readers' clock stands still, and that of actions does not.
      const aliveInBoth = await holdOwner(broken.root, "report-live", NOW);
      stack.use(await breakIt(wavePaths(broken.root)) ?? new AsyncDisposableStack());
      for (const [index, args] of READS.entries()) {
        const what = args.join(" ");
        const [healthy, result] = [expected[index], await read(broken, args)];
        assert(healthy !== undefined);
        const [was, is] = [withoutSource(healthy), withoutSource(result)];
        assert.deepEqual([is.code, is.rest], [was.code, was.rest], what);
        if (was.source === undefined) continue;
        assert.deepEqual([was.source, is.source], ["state.db", "traces"], what);
        assert.equal(warnings(result).length, 1, `${what}\n${result.stderr}`);
        const [, told = ""] = /^warning: state\.db: (.*); using \.wave\/traces$/m
          .exec(result.stderr) ?? [];
        assert.match(told, reason, what);
      }
      await aliveInBoth[Symbol.asyncDispose]();
      stack.use(await holdOwner(broken.root, "report-live"));
      for (const args of ACTIONS) {
        const what = args.join(" ");
        const [was, is] = [
          await callProgram(args, { cwd: sound.root }),
          await callProgram(args, { cwd: broken.root }),
        ];
        assert.equal(is.code, was.code, `${what}\n${is.stderr}`);
        assert.deepEqual(warnings(was), [], what);
        assert(warnings(is).length <= 1, `${what}\n${is.stderr}`);
        if (!mendsItself && args[0] === "run") assert.equal(warnings(is).length, 1, what);
      }
      const { code, stdout } = await read(broken, ["doctor"]);
      const [database] = JSON.parse(stdout).checks
        .filter((check: { name: string }) => check.name === "database");
      if (!mendsItself) assert.deepEqual([code, database.status], [1, "fail"], stdout);
    }
    const repaired = await callProgram(["doctor", "--repair"], { cwd: broken.root });
    assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
    for (const args of READS) {
      const result = await read(broken, args);
      assert.deepEqual(warnings(result), [], args.join(" "));
      const { source, rest } = withoutSource(result);
      if (source === undefined) continue;
      assert.equal(source, "state.db", args.join(" "));
      // While this mark is there, readers use the traces.
      const mark = `${broken.root}/.wave/rebuild`;
      await Deno.writeTextFile(mark, "");
      assert.deepEqual(rest, withoutSource(await read(broken, args)).rest, args.join(" "));
      await Deno.remove(mark);
    }
    await using fresh = await withoutDatabase(broken);
    await rebuildDatabase(fresh.root);
    assert.deepEqual(rows(broken.root), rows(fresh.root));
  });
}

Deno.test("the answer is the same whichever page of the database is damaged", async () => {
  await using place = await filledProject();
  // Those that record would mend, or add to, what is to be looked at.
  const reads = READS.filter(([name]) => name !== "run" && name !== "resume");
  const expected: ReturnType<typeof withoutSource>[] = [];
  for (const args of reads) expected.push(withoutSource(await read(place, args)));
  const paths = wavePaths(place.root);
  const turned = { pages: 0, answers: 0 };
  await breakEachPage(paths, async (page) => {
    turned.pages++;
    for (const [index, args] of reads.entries()) {
      const what = `page ${page}: ${args.join(" ")}`;
      const result = await read(place, args);
      const { code, rest, source } = withoutSource(result);
      assert.deepEqual([code, rest], [expected[index]?.code, expected[index]?.rest], what);
      if (source === "traces") turned.answers++;
      // An error has no source.
      const warned = source === undefined ? warnings(result).length : source === "traces" ? 1 : 0;
      assert.equal(warnings(result).length, warned, what);
      assert(warned <= 1, what);
    }
    const { stdout } = await read(place, ["doctor"]);
    assert.match(stdout, /"name":"database","status":"fail"/, `page ${page}: ${stdout}`);
  });
  console.log(`${turned.pages} pages; ${turned.answers} answers from the traces`);
});

async function withoutDatabase(place: Project): Promise<Project> {
  const copy = await copyOf(place);
  for (const suffix of ["", "-wal", "-shm"]) {
    await Deno.remove(`${copy.root}/.wave/state.db${suffix}`).catch(() => {});
  }
  return copy;
}
