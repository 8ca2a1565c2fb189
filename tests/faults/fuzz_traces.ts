/**
 * Traces with truncated, reordered, doubled, random and hostile lines, and every command over them: never
 * an internal error, never a write outside the allowed places.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeEvent } from "../../event/codec.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { anyRun } from "../events.ts";
import { callProgram } from "../program.ts";
import type { Random } from "./random.ts";
import { Surroundings } from "./surroundings.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Texts that must not become a path, a line, a command or a colour. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...["", " ", ".", "..", "../../outside/canary", "/outside/canary", "a/../../../outside/canary"],
  ...["a\0b", "a\nb", "a\r\nb", "\u001b]0;owned\u0007\u001b[2J", "\u202egnp.exe", "\ud800"],
  ...[
    "__proto__",
    "constructor",
    "-rf",
    "--force",
    "%s%n",
    "$(touch owned)",
    "'; DROP TABLE x; --",
  ],
  ...["x".repeat(4096), "../".repeat(1000), "é".repeat(2100), ".wave/workspaces/victim/a/../../x"],
  ...[".wave/workspaces/bystander/one/file.txt", "CON", "a\\..\\b", "@latest", "fuzzed"],
];

/** Stands for lists within lists, deeper than a recursion can follow. */
const DEEP = "so deep";

const HOSTILE_VALUES: readonly unknown[] = [
  DEEP,
  ...[null, true, -1, 0, 1, 1.5, 2 ** 53, 1e308, -1e308, [], {}, [[[]]], "4711"],
  ...["9999-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z", "2026-02-30T00:00:00.000Z"],
];

type Lines = readonly Uint8Array[];
type Mutation = (lines: Lines, random: Random) => Lines;

const at = (lines: Lines, index: number) => lines[index] ?? new Uint8Array();

/** Puts something else in the place of one value somewhere in an event. */
function withHostileValue(line: Uint8Array, random: Random): Uint8Array {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(line));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return line;
  }
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (node: unknown, depth: number) => {
    if (typeof node !== "object" || node === null || depth > 50) return;
    for (const key of Object.keys(node)) {
      const holder = node as Record<string, unknown>;
      places.push({ holder, key });
      visit(holder[key], depth + 1);
    }
  };
  visit(value, 0);
  if (places.length === 0) return line;
  const { holder, key } = random.pick(places);
  const text = typeof holder[key] === "string" && random.below(4) > 0;
  holder[key] = random.pick<unknown>(text ? HOSTILE_TEXTS : [...HOSTILE_TEXTS, ...HOSTILE_VALUES]);
  const depth = random.below(20_000);
  return encoder.encode(
    JSON.stringify(value).replace(`"${DEEP}"`, () => "[".repeat(depth) + "]".repeat(depth)),
  );
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  truncated: (lines, random) => {
    const index = random.below(lines.length);
    return lines.with(index, at(lines, index).subarray(0, random.below(at(lines, index).length)));
  },
  reordered: (lines, random) => {
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    return lines.with(a, at(lines, b)).with(b, at(lines, a));
  },
  doubled: (lines, random) => {
    const line = at(lines, random.below(lines.length));
    return lines.toSpliced(random.below(lines.length + 1), 0, line);
  },
  "random bytes": (lines, random) => {
    const bytes = Uint8Array.from({ length: random.below(300) }, () => random.below(256));
    return lines.with(random.below(lines.length), bytes);
  },
  "flipped byte": (lines, random) => {
    const index = random.below(lines.length);
    const bytes = at(lines, index).slice();
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
    return lines.with(index, bytes);
  },
  removed: (lines, random) => lines.toSpliced(random.below(lines.length), 1),
  hostile: (lines, random) => {
    const index = random.below(lines.length);
    return lines.with(index, withHostileValue(at(lines, index), random));
  },
  deep: (lines, random) => {
    const depth = random.below(20_000);
    const deep = "[".repeat(depth) + "]".repeat(random.below(2) * depth);
    return lines.with(random.below(lines.length), encoder.encode(deep));
  },
};

const ID = "fuzzed-20260202-143022";
const BYSTANDER = "bystander-20260202-143022";

const READS: readonly (readonly string[])[] = [
  ["status", "--all"],
  ["status", ID],
  ["status", "fuzzed"],
  ["status", "--status", "failed", "-q"],
  ["logs", ID],
  ["logs", ID, "-n", "all", "--level", "info"],
  ["logs", ID, "--errors"],
  ["logs", "--pipeline", "*", "-n", "5"],
  ["logs", ID, "--grep", "a|b", "-n", "3", "--offset", "1"],
  ["logs", ID, "--after", "3"],
  ["artifacts", ID],
  ["artifacts", ID, "--verify"],
  ["list", "runs"],
  ["clean", "--all", "--dry-run"],
  ["wait", ID],
  ["approve", ID],
  ["_complete", "bash", "wave", "status", ""],
];
const ACTIONS: readonly (readonly string[])[] = [
  ["artifacts", ID, "--export", "out"],
  ["cancel", ID],
  ["cancel", ID, "--force"],
  ["resume", ID, "--plan"],
  ["resume", ID],
  ["clean", ID, "--force"],
  ["clean", "--status", "failed", "--force"],
  ["doctor"],
  ["doctor", "--repair"],
];

/** What no output may hold, but for the newline and the tab. */
const CONTROL = /(?![\t\n])[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

export interface FuzzFigures {
  readonly cases: number;
  readonly calls: number;
  /** How often each exit code came. */
  readonly codes: Readonly<Record<number, number>>;
}

/** @throws {Error} naming the case, which the same seed gives again. */
export async function fuzzTraces(cases: number, random: Random): Promise<FuzzFigures> {
  const outer = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "wave-test-" }));
  const root = `${outer}/project`;
  const wave = `${root}/.wave`;
  try {
    for (const folder of ["outside", `project/.wave/pipelines`]) {
      Deno.mkdirSync(`${outer}/${folder}`, { recursive: true });
    }
    for (const path of ["outside/canary", "canary", "project/wave.yaml"]) {
      Deno.writeTextFileSync(`${outer}/${path}`, "metadata: { name: untouched }\n");
    }
    const script = "steps: [{ id: plan, type: command, script: 'true' }]\n";
    for (const name of ["demo", "fuzzed"]) {
      Deno.writeTextFileSync(`${wave}/pipelines/${name}.yaml`, script);
    }
    const paths = wavePaths(root);
    const stories = fc.sample(anyRun(ID), { numRuns: 40, seed: random.below(2 ** 31) })
      .map((events) => events.map((event) => encoder.encode(encodeEvent(event))));
    const [bystander] = fc.sample(anyRun(BYSTANDER), { numRuns: 1, seed: 5 });
    const calm = (bystander ?? []).map((event) => `${encodeEvent(event)}\n`).join("");
    const codes: Record<number, number> = {};
    let calls = 0;
    const surroundings = new Surroundings(
      outer,
      (path) =>
        path === `${root}/out` || path.startsWith(`${wave}/state.db`) ||
        [paths.traces, paths.workspaces, paths.trash, `${wave}/rebuild`].includes(path) ||
        path.startsWith(`${wave}/unindexed-`),
    );
    const call = async (args: readonly string[], told: string): Promise<void> => {
      const name = `${told}: wave ${args.join(" ")}`;
      let result;
      try {
        result = await callProgram(args, { cwd: root });
      } catch (error) {
        throw new Error(`${name}: internal error`, { cause: error });
      }
      const { code, stdout, stderr } = result;
      calls++;
      codes[code] = (codes[code] ?? 0) + 1;
      assert(code <= 4, `${name}: exit ${code}`);
      assert.doesNotMatch(stdout + stderr, CONTROL, name);
      assert.doesNotMatch(stderr, /internal error|^ {4}at /m, name);
      if (!args.includes("json")) return;
      for (const line of stdout.split("\n")) if (line !== "") JSON.parse(line);
    };
    for (let number = 0; number < cases; number++) {
      const what = mutated(random.pick(stories), random);
      const told = `case ${number}: ${what.how.join(", ")}`;
      Deno.mkdirSync(paths.traces, { recursive: true });
      Deno.mkdirSync(`${paths.workspaces}/${BYSTANDER}/one`, { recursive: true });
      Deno.writeTextFileSync(paths.trace(BYSTANDER), calm);
      // The database knows the run as it was in an earlier case, or not at all.
      if (random.below(3) === 0) removeDatabase(paths.database);
      else if (random.below(2) === 0) Deno.writeTextFileSync(paths.unindexed(ID), "");
      Deno.writeFileSync(paths.trace(ID), what.bytes);
      const commands = [random.pick(READS), random.pick(READS)];
      if (random.below(8) === 0) commands.push(random.pick(ACTIONS), random.pick(READS));
      for (const command of commands) {
        const json = random.below(2) === 0 ? ["--format", "json"] : [];
        await call([...command, ...json], told);
      }
      if (number % 16 === 0) surroundings.assertUntouched(told);
    }
    surroundings.assertUntouched("at the end");
    return { cases, calls, codes };
  } finally {
    Deno.removeSync(outer, { recursive: true });
  }
}

function mutated(story: Lines, random: Random): { how: string[]; bytes: Uint8Array } {
  const how: string[] = [];
  let lines = story;
  for (let times = 1 + random.below(3); times > 0 && lines.length > 0; times--) {
    const name = random.pick(Object.keys(MUTATIONS));
    how.push(name);
    lines = MUTATIONS[name]?.(lines, random) ?? lines;
  }
  const size = lines.reduce((sum, line) => sum + line.length + 1, 0);
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const line of lines) {
    bytes.set(line, offset);
    offset += line.length;
    bytes[offset++] = 10;
  }
  return { how, bytes: random.below(4) === 0 ? bytes.subarray(0, random.below(size)) : bytes };
}

function removeDatabase(path: string): void {
  for (const suffix of ["-wal", "-shm", ""]) {
    try {
      Deno.removeSync(path + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
