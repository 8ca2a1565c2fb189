/** Hooks in the whole program: on each way in which a run can end, once. */
import assert from "node:assert/strict";
import { type Project, project, type Running } from "../cli.ts";
import { ended, entriesOf, latest } from "./observe.ts";

const TELL = 'echo "$WAVE_RUN_STATUS|$WAVE_RUN_ERROR" >> "$WAVE_PROJECT/told"';

const PIPELINE = `
hooks:
  started: ${JSON.stringify(TELL)}
  completed: ${JSON.stringify(TELL)}
  failed: ${JSON.stringify(TELL)}
  cancelled: ${JSON.stringify(TELL)}
steps:
  - id: work
    type: command
    script: |
      echo begun
      case {{ input }} in
        fail) exit 3 ;;
        slow) while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done ;;
      esac
  - id: more
    type: command
    dependencies: [work]
    script: "true"
`;

async function told(place: Project): Promise<string[]> {
  const text = await Deno.readTextFile(`${place.root}/told`);
  return text.trimEnd().split("\n").filter((line) => line !== "running|");
}

/** The hooks that the trace of the newest run says were started. */
async function recorded(place: Project): Promise<unknown[]> {
  return (await entriesOf(place)).filter(({ state }) => state === "hook")
    .map(({ data }) => data?.["hook"]);
}

interface Ending {
  readonly input: "ok" | "fail" | "slow";
  readonly args?: readonly string[];
  /** What is done once the step works. */
  readonly act?: (place: Project, run: Running) => Promise<void>;
  readonly code: number | null;
  readonly told: RegExp;
}

const go = (place: Project) => place.write("go", "");
const cancel = (...args: string[]) => async (place: Project) => {
  ended(await place.wave(["cancel", ...args]));
  await go(place);
};

const ENDINGS: Readonly<Record<string, Ending>> = {
  completes: { input: "ok", code: 0, told: /^completed\|$/ },
  fails: { input: "fail", code: 1, told: /^failed\|step work failed: exit code 3/ },
  "reaches its time limit": {
    ...{ input: "slow", args: ["--timeout", "1s"], code: 1 },
    told: /^failed\|.*time limit of 1s/,
  },
  "is cancelled": {
    input: "slow",
    act: cancel(),
    code: 4,
    told: /^cancelled\|cancelled by wave cancel/,
  },
  "is cancelled by force": {
    ...{ input: "slow", act: cancel("--force"), code: 4 },
    told: /^cancelled\|cancelled by wave cancel/,
  },
  "gets Ctrl-C": {
    ...{ input: "slow", code: 130, told: /^cancelled\|cancelled by Ctrl-C/ },
    act: async (place, run) => {
      run.kill("SIGINT");
      await run.waitForLine("cancelling: ", "stderr");
      await go(place);
    },
  },
  "is terminated": {
    ...{ input: "slow", code: 143, told: /^cancelled\|cancelled by SIGTERM/ },
    act: (_place, run) => Promise.resolve(run.kill("SIGTERM")),
  },
  "loses its terminal": {
    ...{ input: "slow", code: 143, told: /^cancelled\|cancelled by SIGHUP/ },
    act: (_place, run) => Promise.resolve(run.kill("SIGHUP")),
  },
};

for (const [name, { input, args = [], act, code, told: expected }] of Object.entries(ENDINGS)) {
  Deno.test(`a run that ${name} has one hook of its start, and one of its end`, async () => {
    await using place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
    await using run = place.spawn(["run", "p", input, "-v", ...args]);
    await run.waitForLine(/output +work begun/);
    await act?.(place, run);
    const result = await run.result();
    assert.equal(result.code, code, result.stderr);
    const lines = await told(place);
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.match(lines[0] ?? "", expected);
    const status = lines[0]?.split("|")[0];
    assert.deepEqual(await recorded(place), ["started", status]);
    assert.equal((await latest(place)).status, status);
  });
}

/** Who settles a run that was killed, what its hook is told then, and how often it ran. */
const SETTLERS: readonly (readonly [string, readonly string[], readonly RegExp[]])[] = [
  ["doctor", ["doctor", "--repair", "-q"], [/^failed\|interrupted at work/]],
  ["cancel", ["cancel", "@latest"], [/^failed\|interrupted at work/]],
  ["resume", ["resume", "@latest"], [/^completed\|$/]],
  ["clean", ["clean", "@latest", "--force"], []],
];

for (const [name, args, expected] of SETTLERS) {
  Deno.test(`a run that was killed has its hook once, when ${name} settles it`, async () => {
    await using place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
    await using run = place.spawn(["run", "p", "slow", "-v"]);
    await run.waitForLine(/output +work begun/);
    run.kill("SIGKILL");
    await run.result();
    assert.deepEqual(await told(place), []);
    await go(place);
    // Another look changes nothing.
    for (const _ of [1, 2]) await place.wave(args);
    const lines = await told(place);
    assert.equal(lines.length, expected.length, lines.join("\n"));
    expected.forEach((each, index) => assert.match(lines[index] ?? "", each));
  });
}

Deno.test("a hook of a detached run runs, and one that fails changes neither status nor exit code", async () => {
  const hook = "echo some trouble >&2; exit 7";
  await using place = await project({
    ".wave/pipelines/p.yaml":
      `hooks: { completed: "${hook}" }\nsteps: [{ id: a, type: command, script: "true" }]\n`,
  });
  ended(await place.wave(["run", "p", "--detach", "-q"]));
  ended(await place.wave(["wait", "@latest"]));
  const { id, status } = await latest(place);
  assert.equal(status, "completed");
  assert.match(ended(await place.wave(["status", "--all"])).stdout, /completed \(1 warning\)/);
  const why = /the completed hook of the pipeline failed: exit code 7: some trouble/;
  assert.match(ended(await place.wave(["logs", id])).stdout, why);
  ended(await place.wave(["report", id, "-o", "report.html"]));
  assert.match(await Deno.readTextFile(`${place.root}/report.html`), why);
});

Deno.test("hooks of the manifest are told of runs that a person started, those of a pipeline of its own", async () => {
  const hook = (who: string) => `echo ${who} $WAVE_RUN_ID >> $WAVE_PROJECT/told`;
  await using place = await project({
    "wave.yaml": `metadata: { name: t }\nhooks: { completed: ${hook("manifest")} }\n`,
    ".wave/pipelines/inner.yaml": `hooks: { completed: ${
      hook("inner")
    } }\nsteps: [{ id: a, type: command, script: "true" }]\n`,
    ".wave/pipelines/outer.yaml": `hooks: { completed: ${
      hook("outer")
    } }\nsteps: [{ id: b, pipeline: inner }]\n`,
  });
  ended(await place.wave(["run", "outer"]));
  const lines = (await Deno.readTextFile(`${place.root}/told`)).trimEnd().split("\n").sort();
  assert.deepEqual(lines.map((line) => line.replace(/-\d{8}-\d{6}.*$/, "")), [
    "inner inner",
    "manifest outer",
    "outer outer",
  ]);
});
