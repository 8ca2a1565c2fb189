/** Followers that start at random moments while another process writes as fast as it can. */
import assert from "node:assert/strict";
import { type Project, project } from "../cli.ts";
import { REPOSITORY, sourceCommand } from "../start_program.ts";
import { call, type Called } from "./in_process.ts";

const COUNT = 5000;
/** Its start, its step's start and end, and its own end come on top. */
const LAST = COUNT + 4;

interface Entry {
  readonly seq: number;
  readonly timestamp: string;
  readonly state: string;
}

interface Follower {
  readonly args: readonly string[];
  /** When it was started, and when it had surely looked at the clock; epoch milliseconds. */
  readonly started: readonly [number, number];
  readonly called: Called;
}

async function follow(place: Project, ...args: string[]): Promise<Follower> {
  const before = Date.now();
  const running = call(place.root, ["logs", "-f", "--format", "json", "--exit-status", ...args]);
  // The clock is read before the first wait.
  const after = Date.now();
  return { args, started: [before, after], called: await running };
}

/** Starts a process that records a run of `COUNT` lines and fails. */
function startWriter(place: Project): Deno.ChildProcess {
  const [deno = "", ...words] = sourceCommand(`${REPOSITORY}tests/fixtures/write_run.ts`);
  return new Deno.Command(deno, {
    args: [...words, place.root, "talk", `${COUNT}`],
    stdout: "null",
  }).spawn();
}

function entriesOf({ args, called }: Follower): Entry[] {
  const name = args.join(" ");
  assert.equal(called.code, 1, `${name}: ${called.stderr}`);
  const entries = called.stdout.split("\n").slice(0, -1).map((line): Entry => JSON.parse(line));
  assert.equal(entries.at(-1)?.state, "failed", name);
  const first = entries[0]?.seq ?? 0;
  const expected = Array.from({ length: LAST + 1 - first }, (_, index) => first + index);
  assert.deepEqual(entries.map(({ seq }) => seq), expected, name);
  return entries;
}

const at = (entry: Entry | undefined) => Date.parse(entry?.timestamp ?? "");

Deno.test("followers print each of 5,000 entries once, whenever they start", async () => {
  await using place = await project();
  // When each starts, in lines that the first one has printed.
  const moments = Array.from({ length: 12 }, () => Math.floor(Math.random() * COUNT))
    .sort((a, b) => a - b);
  const kinds = [
    () => ["--lines", "all"],
    () => ["--after", `${Math.floor(Math.random() * COUNT)}`],
    () => ["--since", "1s"],
    () => [],
  ];
  const late: Promise<Follower>[] = [];
  const waiting = Promise.withResolvers<void>();
  let lines = 0;
  const early = call(place.root, ["logs", "-f", "--format", "json", "--exit-status"], {
    onStderr: () => waiting.resolve(),
    onStdout(text) {
      lines += text.split("\n").length - 1;
      while ((moments[0] ?? Infinity) <= lines) {
        moments.shift();
        late.push(follow(place, ...kinds[late.length % kinds.length]?.() ?? []));
      }
    },
  });
  await waiting.promise;
  const writer = startWriter(place);
  const first = { args: ["before the run"], started: [0, 0], called: await early } as const;
  await writer.status;

  const whole = entriesOf(first);
  assert.equal(whole.length, LAST);
  for (const follower of await Promise.all(late)) {
    const [kind, value] = follower.args;
    const [earliest, latest] = follower.started.map((time) => time - 1000);
    if (kind === "--since" && follower.called.stdout === "") {
      // It began so late that nothing of the run was of its last second.
      assert.equal(follower.called.code, 1);
      assert.ok(at(whole.at(-1)) <= (latest ?? NaN), "the last entry is left out");
      continue;
    }
    const [begin, ...rest] = entriesOf(follower);
    assert.deepEqual([begin, ...rest], whole.slice((begin?.seq ?? 1) - 1));
    if (kind === "--lines") assert.equal(begin?.seq, 1);
    if (kind === "--after") assert.equal(begin?.seq, Number(value) + 1);
    // At most the last 100 that there were when it began.
    if (kind === undefined) assert.ok((begin?.seq ?? 0) >= 1);
    if (kind !== "--since") continue;
    assert.ok(at(begin) >= (earliest ?? NaN), "an entry before the time");
    const before = whole[(begin?.seq ?? 1) - 2];
    assert.ok(before === undefined || at(before) <= (latest ?? NaN), "an entry is left out");
  }
});
