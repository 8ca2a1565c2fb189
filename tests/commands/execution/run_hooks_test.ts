import assert from "node:assert/strict";
import { join } from "@std/path";
import { hooksOf } from "../../../commands/execution/defined_hooks.ts";
import { startedHooks } from "../../../commands/execution/recorded_hooks.ts";
import {
  type ComingEnd,
  type HookSource,
  runHooks,
} from "../../../commands/execution/run_hooks.ts";
import type { Hooks } from "../../../executor/language/model/hooks.ts";
import { openFinder } from "../../../executor/processes/open_finder.ts";
import type { Recording } from "../../../state/recording/open_recording.ts";
import { startRecording } from "../../../state/recording/start_recording.ts";
import { START } from "../../events.ts";
import { project } from "../../state/projects.ts";
import { startOptions, traced } from "../../state/recordings.ts";

interface Ran {
  readonly warnings: readonly string[];
  readonly trace: string;
  /** Files of the project that the hook wrote. */
  read(name: string): string;
}

interface Given {
  readonly end?: ComingEnd | null;
  readonly limitMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly before?: (recording: Recording) => void;
}

const COMPLETED: ComingEnd = { status: "completed", message: "" };

/** Runs hooks of a recorded run, and looks at what that left. */
async function ran(
  sources: readonly HookSource[],
  { end = COMPLETED, limitMs, env = {}, input = "fix", signal, before }: Given,
  look: (ran: Ran, recording: Recording) => void | Promise<void>,
): Promise<void> {
  using place = project();
  await using finder = openFinder();
  const { PATH = "" } = Deno.env.toObject();
  const options = { ...startOptions(place), env, input };
  await using recording = await startRecording(options);
  before?.(recording);
  await runHooks(recording, sources, end, {
    ...{ paths: place.paths, root: place.root, finder, graceMs: 100, limitMs },
    environment: { ...env, PATH },
    now: () => START,
  }, signal ?? new AbortController().signal);
  const events = traced(place, recording.runId);
  await look({
    warnings: events.filter(({ state }) => state === "warning").map(({ message }) => message),
    trace: Deno.readTextFileSync(place.paths.trace(recording.runId)),
    read: (name) => Deno.readTextFileSync(join(place.root, name)),
  }, recording);
}

const ofPipeline = (hooks: Hooks): HookSource[] => [{ from: "pipeline", hooks }];

Deno.test("a hook is told how its run is, in variables and as the JSON of status", async () => {
  const script = `cat > stdin; env > env; pwd > pwd`;
  const end = { status: "failed", message: "step a failed: exit code 3" } as const;
  await ran(
    ofPipeline({ failed: script }),
    { end, env: { OWN: "x" } },
    ({ read, warnings }, { runId }) => {
      assert.deepEqual(warnings, []);
      const env = new Map(
        read("env").split("\n").map((line) => {
          const at = line.indexOf("=");
          return [line.slice(0, at), line.slice(at + 1)];
        }),
      );
      const told = ["ID", "STATUS", "ERROR", "COST_USD"].map((name) => env.get(`WAVE_RUN_${name}`));
      assert.deepEqual(told, [runId, "failed", "step a failed: exit code 3", "0"]);
      assert.equal(env.get("OWN"), "x");
      const { schema_version, pipelines: [run] } = JSON.parse(read("stdin"));
      assert.equal(schema_version, 1);
      assert.deepEqual([run.id, run.status, run.error_message], [runId, "failed", end.message]);
      assert.deepEqual(run.steps.map(({ id }: { id: string }) => id), ["a", "b"]);
    },
  );
});

Deno.test("the hook of a start is told that the run is running", async () => {
  const hooks = { started: `echo $WAVE_RUN_STATUS > told`, completed: "touch wrong" };
  await ran(ofPipeline(hooks), { end: null }, ({ read }) => {
    assert.equal(read("told"), "running\n");
    assert.throws(() => read("wrong"), Deno.errors.NotFound);
  });
});

Deno.test("what a run cost is empty where it is unknown, and marked where it is more", async () => {
  const table = [
    [{ input: 1, output: 1, total: 2 }, ""],
    [{ input: 1, output: 1, total: 2, cost_usd: 1.25 }, "1.25"],
    [{ input: 1, output: 1, total: 2, cost_usd: 1.25, cost_at_least: true }, ">=1.25"],
  ] as const;
  for (const [tokens, expected] of table) {
    const before = (recording: Recording) => {
      const data = { nonce: "n", workspace: "w" };
      recording.emit({ step_id: "a", attempt: 1, state: "running", data });
      recording.emit({ step_id: "a", attempt: 1, state: "completed", data: { tokens } });
    };
    const hooks = { completed: 'printf %s "$WAVE_RUN_COST_USD" > cost' };
    await ran(ofPipeline(hooks), { before }, ({ read }) => assert.equal(read("cost"), expected));
  }
});

const FAILING: Readonly<Record<string, readonly [string, RegExp | null]>> = {
  "one that fails": [
    "echo trouble >&2; exit 3",
    /^the completed hook of the pipeline failed: exit code 3: trouble$/,
  ],
  "one that is killed": ["kill -9 $$", /failed: ended by SIGKILL/],
  "one that hangs": ["sleep 98.76 & sleep 98.76", /failed: time limit of 0.3s reached/],
  "one that is no program": ["no-such-program", /failed: exit code 127/],
  "one that does not read its input": ["exec < /dev/null; sleep 0.05", null],
  "one that leaves a process": ["setsid sleep 98.76 > /dev/null 2>&1 & true", null],
  "one that prints 10 MB": [
    "yes 'a line of text that is long' | head -c 10000000; exit 1",
    /failed: exit code 1/,
  ],
  "one that prints 10 MB on one line": [
    "head -c 10000000 /dev/zero | tr '\\\\0' x; exit 1",
    /failed: exit code 1/,
  ],
};

for (const [name, [script, warning]] of Object.entries(FAILING)) {
  Deno.test(`a hook is no more than a warning: ${name}`, async () => {
    const given = { limitMs: name.includes("hangs") ? 300 : 60_000, input: "x".repeat(1 << 20) };
    await ran(ofPipeline({ completed: script }), given, ({ warnings, trace }) => {
      assert.equal(warnings.length, warning === null ? 0 : 1, warnings.join("\n"));
      if (warning !== null) assert.match(warnings[0] ?? "", warning);
      assert.ok(trace.length < (1 << 20) + 40_000, `the trace has ${trace.length} bytes`);
    });
    const left = new Deno.Command("sh", { args: ["-c", "ps -eo args | grep -c '[9]8.76' || :"] })
      .outputSync();
    assert.equal(new TextDecoder().decode(left.stdout).trim(), "0");
  });
}

Deno.test("what a hook prints is recorded without secrets", async () => {
  const env = { MY_TOKEN: "t0p-secret-value" };
  const hooks = { completed: 'echo "$MY_TOKEN" >&2; exit 1' };
  await ran(ofPipeline(hooks), { env }, ({ warnings, trace }) => {
    assert.match(warnings[0] ?? "", /exit code 1: \[redacted\]/);
    assert.doesNotMatch(trace, /t0p-secret-value/);
  });
});

Deno.test("an error with a secret reaches no hook", async () => {
  const env = { MY_TOKEN: "t0p-secret-value" };
  const end = { status: "failed", message: "no t0p-secret-value" } as const;
  await ran(
    ofPipeline({ failed: 'echo "$WAVE_RUN_ERROR" > error; cat > json' }),
    { env, end },
    ({ read }) => {
      assert.equal(read("error"), "no [redacted]\n");
      assert.doesNotMatch(read("json"), /t0p/);
    },
  );
});

Deno.test("a stop ends a hook that runs", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  await ran(ofPipeline({ completed: "sleep 98.76" }), { signal: stop.signal }, ({ warnings }) => {
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /the completed hook of the pipeline failed: /);
  });
});

Deno.test("hooks of pipeline and manifest run side by side, and both are recorded before they start", async () => {
  const wait = (own: string, other: string) =>
    `touch ${own}; until [ -e ${other} ]; do sleep 0.01; done`;
  const sources = hooksOf({ hooks: { completed: wait("a", "b") } }, {
    hooks: { completed: wait("b", "a") },
  }, false);
  using place = project();
  await using finder = openFinder();
  await using recording = await startRecording(startOptions(place));
  await runHooks(recording, sources, COMPLETED, {
    ...{ paths: place.paths, root: place.root, finder, graceMs: 100, limitMs: 20_000 },
    environment: Deno.env.toObject(),
    now: () => START,
  }, new AbortController().signal);
  const started = startedHooks(place.paths, recording.runId);
  assert.deepEqual(started.map(({ data }) => `${data.from} ${data.hook}`), [
    "pipeline completed",
    "manifest completed",
  ]);
  assert.equal(recording.record.warnings, 0);
});

Deno.test("hooksOf() leaves those of the manifest to the outermost run", () => {
  const manifest = { hooks: { failed: "true" } };
  assert.deepEqual(hooksOf({}, manifest, true).map(({ from }) => from), ["pipeline"]);
  assert.deepEqual(hooksOf(null, manifest, false).map(({ from }) => from), [
    "pipeline",
    "manifest",
  ]);
});

Deno.test("a hook that cannot be recorded is not run", async () => {
  using place = project();
  await using finder = openFinder();
  await using recording = await startRecording(startOptions(place));
  const { runId, record, artifacts, redactor, control } = recording;
  const broken: Recording = {
    ...{ runId, record, artifacts, redactor, control },
    emit() {
      throw new Error("the disk is full");
    },
    end: (status, message) => recording.end(status, message),
    [Symbol.asyncDispose]: () => recording[Symbol.asyncDispose](),
  };
  await assert.rejects(
    runHooks(broken, ofPipeline({ completed: "touch ran" }), COMPLETED, {
      ...{ paths: place.paths, root: place.root, finder, graceMs: 100 },
      environment: Deno.env.toObject(),
      now: () => START,
    }, new AbortController().signal),
    /the disk is full/,
  );
  assert.throws(() => Deno.statSync(join(place.root, "ran")), Deno.errors.NotFound);
});
