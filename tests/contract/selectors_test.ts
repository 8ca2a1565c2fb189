/** Selectors mean the same on every command that takes runs: compared with a plain filter. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Project } from "../cli.ts";
import { project } from "../cli.ts";
import { holdOwner, type SeededRun, seedRuns } from "../seed.ts";
import { call, type CallOptions } from "./in_process.ts";

const NOW = Date.now();
const MINUTE = 60_000;

type Status = "running" | "completed" | "failed" | "cancelled";

interface Plain {
  readonly id: string;
  readonly pipeline: string;
  /** As every command shows it. */
  readonly status: Status;
  readonly minutesAgo: number;
  /** True when a process owns it. */
  readonly alive: boolean;
}

/** Newest first. */
const RUNS: readonly Plain[] = [
  ["alpha", "running", true],
  ["alpha", "completed", false],
  ["beta", "running", true],
  ["alpha", "failed", false],
  // Interrupted: recorded as running, and nobody owns it.
  ["beta", "failed", false],
  ["beta.x", "cancelled", false],
  ["alpha", "cancelled", false],
  ["beta", "completed", false],
  ["beta.x", "failed", false],
  ["alpha", "completed", false],
].map(([pipeline, status, alive], index) => ({
  id: `${pipeline}-2026-${index}`,
  pipeline: String(pipeline),
  status: status as Status,
  minutesAgo: 10 * index + 5,
  alive: alive === true,
}));

function seedOf({ id, pipeline, status, minutesAgo }: Plain, index: number): SeededRun {
  return {
    id,
    pipeline,
    status: index === 4 ? "running" : status,
    startedAt: NOW - minutesAgo * MINUTE,
  };
}

interface Selectors {
  readonly ids: readonly number[];
  readonly status: readonly Status[];
  readonly pipeline: string | undefined;
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}

const anySelectors: fc.Arbitrary<Selectors> = fc.record({
  ids: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.nat(RUNS.length - 1), { maxLength: 6 }) },
  ),
  status: fc.subarray<Status>(["running", "completed", "failed", "cancelled"], { maxLength: 3 }),
  pipeline: fc.constantFrom(undefined, "alpha", "beta*", "*.x", "?eta", "[ab]*", "none"),
  since: fc.constantFrom(undefined, 0, 30, 60, 1000),
  until: fc.constantFrom(undefined, 0, 40, 1000),
  limit: fc.constantFrom(undefined, 1, 3, 100),
  offset: fc.constantFrom(undefined, 0, 2, 50),
});

function flagsOf(selectors: Selectors, without: readonly string[] = []): string[] {
  const { status, pipeline, since, until, limit, offset } = selectors;
  const time = (minutes: number | undefined) =>
    minutes === undefined ? undefined : new Date(NOW - minutes * MINUTE).toISOString();
  const flags = {
    status: status.length === 0 ? undefined : status.join(","),
    pipeline,
    since: time(since),
    until: time(until),
    limit,
    offset,
  };
  return Object.entries(flags).flatMap(([name, value]) =>
    value === undefined || without.includes(name) ? [] : [`--${name}=${value}`]
  );
}

const GLOBS: Readonly<Record<string, readonly string[]>> = {
  alpha: ["alpha"],
  "beta*": ["beta", "beta.x"],
  "*.x": ["beta.x"],
  "?eta": ["beta"],
  "[ab]*": ["alpha", "beta", "beta.x"],
  none: [],
};

/** The plain filter: what the selectors let through, and of that the window. */
function reference(selectors: Selectors, also: (run: Plain) => boolean = () => true): string[] {
  const { ids, status, pipeline, since = Infinity, until = -Infinity } = selectors;
  const left = RUNS.filter((run, index) =>
    (ids.length === 0 || ids.includes(index)) &&
    (status.length === 0 || status.includes(run.status)) &&
    (pipeline === undefined || GLOBS[pipeline]?.includes(run.pipeline) === true) &&
    run.minutesAgo <= since && run.minutesAgo >= until && also(run)
  );
  const first = selectors.offset ?? 0;
  return left.slice(first, first + (selectors.limit ?? left.length)).map(({ id }) => id);
}

async function idsOf(
  place: Project,
  args: readonly string[],
  options?: CallOptions,
): Promise<string[]> {
  const { code, stdout, stderr } = await call(place.root, [...args, "-q"], options);
  // A run that goes on may be refused (1); what the selectors mean may not.
  assert.ok(code < 2 || code === 4, stderr);
  return stdout.split("\n").filter((line) => line !== "");
}

const isGiven = (selectors: Selectors) => selectors.ids.length > 0 || flagsOf(selectors).length > 0;

Deno.test("selectors mean the same on status, list runs, logs, cancel, clean and wait", async () => {
  await using place = await project();
  await seedRuns(place.root, RUNS.map(seedOf));
  await using owners = new AsyncDisposableStack();
  for (const { id, alive } of RUNS) if (alive) owners.use(await holdOwner(place.root, id));
  const running = ({ alive }: Plain) => alive;

  await fc.assert(
    fc.asyncProperty(anySelectors, async (selectors) => {
      const ids = selectors.ids.map((index) => RUNS[index]?.id ?? "");
      const args = [...ids, ...flagsOf(selectors)];
      const given = isGiven(selectors);
      const plain = reference(selectors);
      assert.deepEqual(
        await idsOf(place, ["status", ...args]),
        given ? plain : reference(selectors, running),
        "status",
      );
      assert.deepEqual(await idsOf(place, ["list", "runs", ...args]), plain, "list runs");
      if (given) {
        const waited = await idsOf(place, ["wait", ...args], { interrupted: true });
        assert.deepEqual(waited, plain, "wait");
      }
      assert.deepEqual(
        await idsOf(place, ["clean", "--dry-run", ...args]),
        reference(selectors, ({ alive }) => !alive),
        "clean",
      );
      // On `logs` the window and the times are those of entries (contract, section 3).
      const ofRuns = { ...selectors, since: undefined, until: undefined, offset: undefined };
      const chosen = reference(ofRuns);
      assert.deepEqual(
        await idsOf(place, ["logs", ...ids, ...flagsOf(ofRuns)]),
        isGiven(ofRuns) ? chosen : chosen.slice(0, 1),
        "logs",
      );
      // Without ids only what runs is cancelled; without anything the latest of it.
      const cancelled = await idsOf(place, ["cancel", ...args]);
      const active = reference(selectors, running);
      const expected = ids.length > 0 ? plain : given ? active : active.slice(0, 1);
      assert.deepEqual(cancelled.sort(), expected.sort(), "cancel");
    }),
    { numRuns: 150 },
  );
});
