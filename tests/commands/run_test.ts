import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { takesPreload } from "../start_program.ts";

const FILES = {
  ".wave/pipelines/echo.yaml": `
steps:
  - id: say
    type: command
    script: printf '%s' "{{ input }}" > said.txt
    output_artifacts: [{ name: said, path: said.txt, type: text }]
`,
  ".wave/pipelines/waiting.yaml": `
steps:
  - id: wait
    type: command
    script: |
      echo waiting
      while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done
`,
  ".wave/pipelines/outer.yaml": `
steps:
  - id: inner
    type: pipeline
    pipeline: echo
`,
  ".wave/pipelines/broken.yaml": "steps: [{ id: a, type: command }]\n",
};

Deno.test("run takes its input from one place", async () => {
  await using place = await project({ ...FILES, "in.txt": "from a file" });
  const cases: [string[], string, string | undefined][] = [
    [["$(touch pwned) `id` \"'"], "$(touch pwned) `id` \"'", undefined],
    [["--input=--flag"], "--flag", undefined],
    [["--input-file", "in.txt"], "from a file", undefined],
    [["--input-file", "-"], "from stdin", "from stdin"],
    [["--input", ""], "", undefined],
    [[""], "", undefined],
  ];
  for (const [args, expected, stdin] of cases) {
    const result = await place.wave(["run", "echo", ...args], stdin === undefined ? {} : { stdin });
    assert.equal(result.code, 0, result.stderr);
    await place.wave(["artifacts", "--export", "out"]);
    assert.equal(await Deno.readTextFile(`${place.root}/out/say/said.txt`), expected);
  }
  const both = await place.wave(["run", "echo", "a", "--input", "b"]);
  assert.equal(both.code, 2);
});

Deno.test("run answers mistakes with the right codes, before it records anything", async () => {
  const twoDots = "steps: [{ id: a, script: x }]\n";
  await using place = await project({ ...FILES, ".wave/pipelines/two..dots.yaml": twoDots });
  const cases: [string[], number, string][] = [
    [["nope"], 3, "pipeline_not_found"],
    [["broken"], 2, "invalid_pipeline"],
    [["two..dots"], 2, "invalid_pipeline"],
    [[], 2, "missing_argument"],
    [["echo", "--timeout", "soon"], 2, "bad_value"],
    [["echo", "--detach", "--dry-run"], 2, "contradicting_options"],
    [["nope", "--detach"], 3, "pipeline_not_found"],
  ];
  for (const [args, exit, code] of cases) {
    const result = await place.wave(["run", ...args, "--format", "json"]);
    assert.equal(result.code, exit, args.join(" ") + result.stderr);
    assert.equal((result.json()["error"] as { code: string }).code, code);
  }
  assert.equal((await place.wave(["list", "runs", "-q"])).stdout, "");
});

Deno.test("run --detach prints the id once the run is recorded, and goes on by itself", async () => {
  await using place = await project(FILES);
  const started = await place.wave(["run", "waiting", "--detach"]);
  assert.equal(started.code, 0, started.stderr);
  const id = started.stdout.trim();
  const [run] = (await place.wave(["status", "--format", "json"])).json()["pipelines"] as {
    id: string;
    liveness: string;
  }[];
  assert.deepEqual([run?.id, run?.liveness], [id, "alive"]);
  await using waiting = place.spawn(["wait", id]);
  await place.write("go", "");
  const { code, stdout } = await waiting.result();
  assert.deepEqual([code, stdout], [0, `${id} completed\n`]);
  const quiet = await place.wave(["run", "echo", "--input-file", "-", "-d", "-q"], { stdin: "x" });
  assert.equal((await place.wave(["wait", quiet.stdout.trim()])).code, 0);
});

Deno.test("run goes on when nobody reads its events any more, and says so", async () => {
  await using place = await project(FILES);
  const firsts = { text: / started +waiting /, json: /"state":"started"/ };
  for (const [format, first] of Object.entries(firsts)) {
    await place.shell("rm -f go");
    const { stdout } = await place.shell(`
      wave run waiting --format ${format} 2> err | { head -n 1; exec <&-; touch go; }
      echo "exit code \${PIPESTATUS[0]}"`);
    assert.match(stdout, first);
    assert.match(stdout, /^.*\nexit code 0\n$/);
    const [run] = (await place.wave(["status", "@latest", "--format", "json"])).json()[
      "pipelines"
    ] as [{ id: string; status: string }];
    assert.equal(run.status, "completed");
    const err = await Deno.readTextFile(`${place.root}/err`);
    assert.equal(
      err.replace(/completed in [\dm ]*\ds/, "completed in 0s"),
      `nobody reads the output any more; the run goes on: wave logs ${run.id} -f\n` +
        (format === "text" ? `${run.id} completed in 0s\n` : ""),
    );
    const log = await place.wave(["logs", run.id, "--level", "info"]);
    assert.match(log.stdout, / completed +wait .*\n.* completed +waiting /);
  }
});

Deno.test("run --timeout ends the run, and says so", async () => {
  await using place = await project(FILES);
  const { code, stderr } = await place.wave(["run", "waiting", "--timeout", "1s"]);
  assert.equal(code, 1);
  assert.match(stderr, /time limit of 1s/);
});

Deno.test("run records a pipeline within a pipeline as a run of its own", async () => {
  await using place = await project(FILES);
  const { code, stderr, stdout } = await place.wave(["run", "outer", "hi"]);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout, /running +say/);
  const { stdout: ids } = await place.wave(["list", "runs", "-q", "--status", "completed"]);
  const pipelines = ids.trim().split("\n").map((id) => id.replace(/-\d.*/, "")).sort();
  assert.deepEqual(pipelines, ["echo", "outer"]);
});

Deno.test("wait ends with the exit code of the run that went worst", async () => {
  await using place = await project({
    ...FILES,
    ".wave/pipelines/bad.yaml": "steps: [{ id: a, type: command, script: exit 3 }]\n",
  });
  await place.wave(["run", "echo", "hi"]);
  await place.wave(["run", "bad"]);
  assert.equal((await place.wave(["wait", "echo"])).code, 0);
  assert.equal((await place.wave(["wait", "echo", "bad"])).code, 1);
  assert.equal((await place.wave(["wait"])).code, 2);
  await using running = place.spawn(["run", "waiting"]);
  await running.waitForLine(/running +wait/);
  const late = await place.wave(["wait", "waiting", "--timeout", "1s", "--format", "json"]);
  assert.deepEqual([late.code, late.json()["timed_out"]], [1, true]);
});

Deno.test("doctor finds what a killed run left, and --repair mends it", async () => {
  await using place = await project(FILES);
  const well = await place.wave(["doctor"]);
  // The broken pipeline is among the files.
  assert.equal(well.code, 1);
  await Deno.remove(`${place.root}/.wave/pipelines/broken.yaml`);
  await using running = place.spawn(["run", "waiting", "-v"]);
  await running.waitForLine(/ waiting$/);
  running.kill("SIGKILL");
  await running.result();
  await Deno.writeTextFile(
    `${place.root}/.wave/state.db`,
    "this is no database, but it is long enough",
  );
  const statuses = async (...args: string[]) => {
    const result = await place.wave(["doctor", ...args, "--format", "json"]);
    const checks = result.json()["checks"] as { name: string; status: string }[];
    return [result.code, checks.filter(({ status }) => status !== "ok").map(({ name }) => name)];
  };
  assert.deepEqual(await statuses(), [1, ["database", "runs", "processes"]]);
  assert.deepEqual(await statuses("--repair"), [0, []]);
  const [run] = (await place.wave(["status", "@latest", "--format", "json"])).json()[
    "pipelines"
  ] as { status: string; liveness: string }[];
  assert.deepEqual([run?.status, run?.liveness], ["failed", "finished"]);
});

Deno.test("a run that an internal error ends leaves no step running", async () => {
  if (!takesPreload()) return;
  await using place = await project(FILES);
  await place.write(
    "fault.js",
    `const find = Uint8Array.prototype.lastIndexOf;
     Uint8Array.prototype.lastIndexOf = function (...args) {
       if (new Error().stack.includes("#writePart")) throw new RangeError("out of bounds");
       return find.apply(this, args);
     };\n`,
  );
  const preload = `${place.root}/fault.js`;
  await place.write("go", "");
  const result = await place.wave(["run", "waiting"], { preload });
  assert.equal(result.code, 1);
  assert.match(result.stderr, /internal error: RangeError: out of bounds/);
  const status = (await place.wave(["status", "@latest", "--format", "json"])).json();
  assert(Array.isArray(status["pipelines"]));
  const [run] = status["pipelines"];
  assert.deepEqual([run.status, run.error_message], ["failed", "out of bounds"]);
  const [step] = run.steps;
  assert.deepEqual([step.status, step.error_message], ["failed", "out of bounds"]);
});

Deno.test("run --dry-run names ten dependencies of a step and counts the others", async () => {
  const ids = Array.from({ length: 300 }, (_, n) => `step-${n}`);
  const steps = ids.map((id) => `  - { id: ${id}, script: "true" }\n`).join("");
  const last = `  - { id: last, script: "true", dependencies: [${ids.join(", ")}] }\n`;
  await using place = await project({ ".wave/pipelines/wide.yaml": `steps:\n${steps}${last}` });
  const { stdout } = await place.wave(["run", "wide", "--dry-run"]);
  const named = ids.slice(0, 10).join(", ");
  assert.equal(stdout.split("\n").at(-2), `last      command  -        ${named} and 290 more  run`);
  const json = (await place.wave(["run", "wide", "--dry-run", "--format", "json"])).json();
  const plan = json["plan"] as { dependencies: string[] }[];
  assert.deepEqual(plan.at(-1)?.dependencies, ids);
});
