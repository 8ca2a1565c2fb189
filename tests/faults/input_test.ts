/** Hostile names, texts, files and links, through the whole program. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { COMMANDS } from "../../commands/registry.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { rebuildDatabase } from "../../state/sqlite/rebuild_database.ts";
import { callProgram } from "../program.ts";
import { seedRuns } from "../seed.ts";
import { fuzzTraces, HOSTILE_TEXTS } from "./fuzz_traces.ts";
import { Random } from "./random.ts";
import { Surroundings } from "./surroundings.ts";

const RUN = "victim-20260202-143022";
const OTHER = "bystander-20260202-143022";
const START = Date.UTC(2026, 1, 2, 14, 30, 22);
const CONTROL = /(?![\t\n])[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

interface Place extends Disposable {
  /** What lies around the project, which nothing may touch. */
  readonly outer: string;
  readonly root: string;
  readonly surroundings: Surroundings;
}

/** A project with two runs, in a folder with things that are none of its business. */
async function place(files: Readonly<Record<string, string>> = {}): Promise<Place> {
  const outer = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "wave-test-" }));
  const root = `${outer}/project`;
  const all: Record<string, string> = {
    "outside/canary": "untouched",
    "outside/folder/file.txt": "untouched",
    "canary": "untouched",
    "project/wave.yaml": "metadata: { name: test }\n",
    "project/src.txt": "untouched",
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`project/${path}`, text])),
  };
  for (const [path, text] of Object.entries(all)) {
    const full = `${outer}/${path}`;
    Deno.mkdirSync(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(full, text);
  }
  await seedRuns(root, [
    { id: RUN, pipeline: "victim", startedAt: START, status: "failed", error: "it broke" },
    { id: OTHER, pipeline: "bystander", startedAt: START },
  ]);
  for (const id of [RUN, OTHER]) {
    Deno.mkdirSync(`${root}/.wave/workspaces/${id}/one`, { recursive: true });
    Deno.writeTextFileSync(`${root}/.wave/workspaces/${id}/one/file.txt`, "text");
  }
  const wave = `${root}/.wave`;
  const surroundings = new Surroundings(
    outer,
    (path) => path === `${wave}` || path === `${root}/out`,
  );
  return {
    outer,
    root,
    surroundings,
    [Symbol.dispose]: () => Deno.removeSync(outer, { recursive: true }),
  };
}

/** Calls the program, and fails on an internal error and on what a terminal may obey. */
async function call(root: string, args: readonly string[]) {
  const name = `wave ${args.map((arg) => JSON.stringify(arg).slice(0, 80)).join(" ")}`;
  let result;
  try {
    result = await callProgram(args, { cwd: root });
  } catch (error) {
    throw new Error(`${name}: internal error`, { cause: error });
  }
  const { code, stdout, stderr } = result;
  assert(code <= 4, `${name}: exit ${code}`);
  assert.doesNotMatch(stdout + stderr, CONTROL, name);
  assert.doesNotMatch(stderr, /internal error|^ {4}at /m, name);
  return { ...result, name };
}

/** Options that name a file or folder to write to. */
const TARGETS: ReadonlySet<string> = new Set(["export", "otlp", "output"]);

Deno.test("hostile arguments and options of every command are refused in words", async () => {
  using here = await place({
    ".wave/pipelines/one.yaml": "steps: [{ id: one, type: command, script: 'true' }]\n",
  });
  const reports = await Deno.makeTempDir({ prefix: "wave-test-" });
  let calls = 0;
  for (const command of COMMANDS) {
    const texts = Object.entries(command.options)
      // Where to write is the user's own choice.
      .filter(([name, { kind }]) => kind !== "flag" && !TARGETS.has(name));
    // What it writes goes where this says.
    const outside = command.name === "report" ? [`--output=${reports}/page.html`] : [];
    for (const hostile of HOSTILE_TEXTS) {
      const given = command.args.map(() => hostile);
      const known = command.args.map(({ complete, choices }) =>
        complete === "pipeline" ? "one" : choices?.[0] ?? RUN
      );
      const lists = [
        ...(given.length === 0 ? [] : [given, [...known.slice(0, -1), hostile]]),
        ...texts.map(([name]) => [...known, `--${name}=${hostile}`]),
      ];
      for (const list of lists) {
        const given = list.filter((arg) => arg !== "--force");
        await call(here.root, [command.name, ...outside, ...given]);
        calls++;
      }
    }
  }
  here.surroundings.assertUntouched("after all of them");
  await Deno.remove(reports, { recursive: true });
  console.log(`${calls} calls`);
});

const quoted = (text: string) => JSON.stringify(text);

/** A pipeline in which `text` stands in one place. */
const IN_YAML: Readonly<Record<string, (text: string) => string>> = {
  "the pipeline's name": (text) =>
    `metadata: { name: ${quoted(text)} }\nsteps: [{ id: a, type: command, script: 'true' }]\n`,
  "a step's id": (text) =>
    `steps: [{ id: ${quoted(text)}, type: command, script: 'echo x > a.txt' }]\n`,
  "a dependency": (text) =>
    `steps: [{ id: a, type: command, script: 'true', dependencies: [${quoted(text)}] }]\n`,
  "a persona": (text) => `steps: [{ id: a, persona: ${quoted(text)}, exec: { source: x } }]\n`,
  "an artifact's name": (text) =>
    `steps:\n  - id: a\n    type: command\n    script: 'echo x > a.txt'\n` +
    `    output_artifacts: [{ name: ${quoted(text)}, path: a.txt }]\n`,
  "an artifact's path": (text) =>
    `steps:\n  - id: a\n    type: command\n    script: 'echo x > a.txt'\n` +
    `    output_artifacts: [{ name: x, path: ${quoted(text)} }]\n`,
  "the place of an input": (text) =>
    `steps:\n  - id: a\n    type: command\n    script: 'echo x > a.txt'\n` +
    `    output_artifacts: [{ name: x, path: a.txt }]\n` +
    `  - id: b\n    type: command\n    dependencies: [a]\n    script: 'true'\n` +
    `    memory: { inject_artifacts: [{ step: a, artifact: x, as: ${quoted(text)} }] }\n`,
  "a mount's source": (text) =>
    `steps:\n  - id: a\n    type: command\n    script: 'true'\n` +
    `    workspace: { mount: [{ source: ${quoted(text)}, target: m, mode: readwrite }] }\n`,
  "a mount's target": (text) =>
    `steps:\n  - id: a\n    type: command\n    script: 'true'\n` +
    `    workspace: { mount: [{ source: src.txt, target: ${quoted(text)}, mode: readonly }] }\n`,
  "a prompt's file": (text) =>
    `steps: [{ id: a, persona: p, exec: { type: prompt, source_path: ${quoted(text)} } }]\n`,
  "a contract's schema": (text) =>
    `steps:\n  - id: a\n    type: command\n    script: 'echo {} > a.json'\n` +
    `    handover: { contract: { type: json_schema, source: a.json, schema_path: ${
      quoted(text)
    } } }\n`,
};

for (const [where, pipeline] of Object.entries(IN_YAML)) {
  Deno.test(`hostile text as ${where} leads nowhere`, async () => {
    using here = await place();
    const file = `${here.root}/.wave/pipelines/x.yaml`;
    Deno.mkdirSync(`${here.root}/.wave/pipelines`, { recursive: true });
    let refused = 0;
    for (const hostile of HOSTILE_TEXTS) {
      Deno.writeTextFileSync(file, pipeline(hostile));
      const { code } = await call(here.root, ["validate", "--format", "json"]);
      if (code === 2) refused++;
      await call(here.root, ["list", "pipelines"]);
      const ran = await call(here.root, ["run", "x", "--mock"]);
      assert.equal(code === 2, ran.code === 2, `${quoted(hostile)}: ${ran.stderr}`);
      await call(here.root, ["artifacts", "--export", "out"]);
    }
    here.surroundings.assertUntouched(where);
    assert(refused > 0, "nothing was refused");
  });
}

/** What reads, and what acts on all that there is. */
const CALLS = [
  ["status", "--all"],
  ["status", RUN, "--format", "json"],
  ["logs", RUN],
  ["logs", RUN, "--errors", "--format", "json"],
  ["artifacts", RUN],
  ["artifacts", RUN, "--export", "out"],
  ["list", "runs"],
  ["resume", RUN, "--plan"],
  ["run", "one"],
  ["do", "look", "--mock"],
  ["cancel", RUN, "--force"],
  ["doctor"],
  ["clean", RUN, "--force"],
  ["_complete", "bash", "wave", "status", ""],
  ["clean", "--all", "--force"],
  ["doctor", "--repair"],
  ["status", "--all"],
];

const JSON_COLUMNS: ReadonlySet<string> = new Set(["current_steps", "dependencies", "data"]);

Deno.test("hostile rows of the database lead nowhere", async () => {
  const columns = [
    ["pipeline_run", "run_id"],
    ["pipeline_run", "pipeline_name"],
    ["pipeline_run", "input"],
    ["pipeline_run", "error_message"],
    ["pipeline_run", "current_steps"],
    ["pipeline_run", "owner_host"],
    ["step_state", "step_id"],
    ["step_state", "persona"],
    ["step_state", "workspace"],
    ["step_state", "dependencies"],
    ["artifact", "path"],
    ["artifact", "name"],
    ["artifact", "step_id"],
    ["event_log", "message"],
    ["event_log", "data"],
  ];
  for (const [turn, [table = "", column = ""]] of columns.entries()) {
    using here = await place();
    const paths = wavePaths(here.root);
    // Each text in some of the columns.
    for (const hostile of HOSTILE_TEXTS.filter((_, index) => index % 4 === turn % 4)) {
      await rebuildDatabase(here.root);
      const database = new DatabaseSync(paths.database);
      database.exec("PRAGMA foreign_keys = OFF");
      database.exec(`INSERT OR IGNORE INTO artifact VALUES
        ('${RUN}', 0, 'one', 'a', NULL, '.wave/workspaces/${RUN}/one/file.txt', 4, 'ab', 1, 1)`);
      try {
        const value = JSON_COLUMNS.has(column) ? JSON.stringify([hostile]) : hostile;
        database.prepare(`UPDATE ${table} SET ${column} = ? WHERE run_id = ?`).run(value, RUN);
      } finally {
        database.close();
      }
      for (const args of CALLS.slice(0, 9)) await call(here.root, args);
      if (column === "run_id") await call(here.root, ["clean", "--status", "failed", "--force"]);
    }
    here.surroundings.assertUntouched(`${table}.${column}`);
  }
});

/** Names below `.wave` in whose place a link is planted. */
const LINKS = [
  `traces/trace-${RUN}.log`,
  `traces/owner-${RUN}`,
  `traces/cancel-${RUN}.json`,
  `traces/gate-${RUN}@one.json`,
  `workspaces/${RUN}`,
  `workspaces/${RUN}/one`,
  `workspaces/${RUN}/one/file.txt`,
  `unindexed-${RUN}`,
  `trash/${RUN}`,
  "rebuild",
  "state.db",
  "state.db-wal",
  "traces",
  "workspaces",
  "trash",
];

for (const name of LINKS) {
  Deno.test(`a link planted as .wave/${name} is followed to no write`, async () => {
    for (const target of ["outside/canary", "outside/folder", "outside/nothing"]) {
      using here = await place({
        ".wave/pipelines/one.yaml": "steps: [{ id: one, type: command, script: 'true' }]\n",
      });
      await call(here.root, ["doctor", "--repair"]);
      const path = `${here.root}/.wave/${name}`;
      for (const args of CALLS) {
        if (!isLink(path)) {
          await Deno.remove(path, { recursive: true }).catch(() => {});
          const folder = path.slice(0, path.lastIndexOf("/"));
          if (!isLink(folder)) Deno.mkdirSync(folder, { recursive: true });
          Deno.symlinkSync(`${here.outer}/${target}`, path);
        }
        const { name: told } = await call(here.root, args);
        here.surroundings.assertUntouched(`${told}, ${name} to ${target}`);
      }
    }
  });
}

function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("links planted in an export folder are followed to no write", async () => {
  using here = await place({
    ".wave/pipelines/one.yaml": `
steps:
  - id: one
    type: command
    script: mkdir d && echo x > d/a.txt
    output_artifacts: [{ name: a, path: d/a.txt }]
`,
  });
  assert.equal((await call(here.root, ["run", "one"])).code, 0);
  for (const place of ["one", "one/d", "one/d/a.txt"]) {
    for (const target of ["outside/canary", "outside/folder", "outside/nothing"]) {
      const path = `${here.root}/out/${place}`;
      await Deno.remove(`${here.root}/out`, { recursive: true }).catch(() => {});
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.symlinkSync(`${here.outer}/${target}`, path);
      await call(here.root, ["artifacts", "--export", "out"]);
      here.surroundings.assertUntouched(`${place} to ${target}`);
    }
  }
});

Deno.test("a huge YAML, a bomb and a cycle of 1,000 steps are refused, and soon", async () => {
  let bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (let n = 1; n < 12; n++) {
    bomb += `a${n}: &a${n} [${Array(10).fill(`*a${n - 1}`).join(",")}]\n`;
  }
  const cycle = Array.from(
    { length: 1000 },
    (_, n) =>
      `  - { id: s${n}, type: command, script: "true", dependencies: [s${(n + 1) % 1000}] }\n`,
  );
  const files: Record<string, string> = {
    "huge": `steps:\n${"  - { id: a, type: command, script: x }\n".repeat(2_600_000)}`,
    "bomb": bomb,
    "cycle": `steps:\n${cycle.join("")}`,
    "deep": `steps: ${"[".repeat(100_000)}`,
  };
  assert((files["huge"] ?? "").length > 100_000_000);
  for (const [name, text] of Object.entries(files)) {
    using here = await place({ [`.wave/pipelines/${name}.yaml`]: text });
    const began = performance.now();
    const { code, stdout } = await call(here.root, ["validate", "--format", "json"]);
    assert.equal(code, 2, name);
    assert(stdout.length < 100_000, `${name}: ${stdout.length} characters`);
    assert.equal((await call(here.root, ["run", name])).code, 2, name);
    assert.equal((await call(here.root, ["list", "pipelines"])).code, 0, name);
    const took = performance.now() - began;
    assert(took < 10_000, `${name}: ${took} ms`);
    here.surroundings.assertUntouched(name);
  }
});

Deno.test("damaged and hostile traces lead to no internal error and no write outside", async () => {
  const seed = Number(Deno.env.get("WAVE_SEED") ?? Date.now() % 1_000_000);
  const { calls } = await fuzzTraces(500, new Random(seed)).catch((cause) => {
    throw new Error(`seed ${seed}`, { cause });
  });
  console.log(`500 traces, ${calls} calls, seed ${seed}`);
});
