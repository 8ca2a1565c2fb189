/** Random runs: every command's JSON is the same from the database and from the traces. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { RunEvent } from "../../event/event.ts";
import { openForWriting } from "../../state/sqlite/write_connection.ts";
import { anyRun } from "../events.ts";
import { callProgram } from "../program.ts";
import { project, writeTrace } from "../state/projects.ts";

const NOW = Date.UTC(2026, 1, 3);
const DAY = Date.UTC(2026, 1, 2);
/** How many cases; more in the stress task. */
const CASES = Number(Deno.env.get("WAVE_CASES") ?? 60);

/** A run of some pipeline at some time of a day, whose process is gone if it has not ended. */
const dated: fc.Arbitrary<readonly RunEvent[]> = fc.tuple(
  fc.constantFrom("debug", "deploy", "hello"),
  fc.nat(20),
).chain(([pipeline, hour]) =>
  anyRun(`${pipeline}-${hour}`).map((told) => {
    const shift = DAY + hour * 3_600_000 - Date.parse(told[0]?.timestamp ?? "");
    const here = JSON.stringify(told)
      .replaceAll('"host":"here"', `"host":${JSON.stringify(Deno.hostname())}`);
    return (JSON.parse(here) as RunEvent[]).map((event) => ({
      ...event,
      pipeline_id: pipeline,
      timestamp: new Date(Date.parse(event.timestamp) + shift).toISOString(),
    }));
  })
);

const selectors: fc.Arbitrary<readonly string[]> = fc.array(
  fc.constantFrom(
    ["--status", "failed,cancelled"],
    ["--status", "running"],
    ["--status", "completed"],
    ["--pipeline", "de*"],
    ["--pipeline", "hello"],
    ["--since", "2026-02-02T06:00:00Z"],
    ["--until", "20h"],
    ["--limit", "2"],
    ["--offset", "1"],
  ),
  { maxLength: 3 },
).map((pairs) => [...new Map(pairs.map(([name = "", value = ""]) => [name, value]))].flat());

const anyCall: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.tuple(
    fc.constantFrom(["status"], ["list", "runs"], ["logs"], ["clean", "--dry-run"], [
      "wait",
    ]),
    selectors,
  ).map(([command, rest]) => [...command, ...rest]),
  fc.constantFrom(
    ["status", "--all"],
    ["status", "@latest"],
    ["status", "debug"],
    ["status", "deploy-1"],
    ["status", "nothing"],
    ["logs", "-n", "3", "--offset", "2"],
    ["logs", "@latest", "--errors"],
    ["logs", "--pipeline", "*", "--level", "info", "-n", "all"],
    ["logs", "--step", "plan"],
    ["logs", "--grep", "it"],
    ["logs", "--persona", "fix-persona", "-n", "all"],
    ["artifacts"],
    ["artifacts", "@latest", "--step", "plan"],
    ["artifacts", "debug", "--verify"],
    ["clean", "--keep-last", "1", "--dry-run"],
    ["clean", "--older-than", "12h", "--dry-run"],
    ["list"],
    ["list", "runs", "--status", "failed"],
  ),
);

Deno.test(`every command's JSON is the same from both places, in ${CASES} random projects`, async () => {
  const seen = { calls: 0, failed: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(dated, { selector: (events) => events[0]?.run_id, maxLength: 6 }),
      fc.array(anyCall, { minLength: 6, maxLength: 10 }),
      fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
      async (runs, calls, cuts) => {
        using home = project();
        // Of some runs the database has only the beginning; those are marked.
        runs.forEach((events, index) => {
          const known = (cuts[index] ?? 0) % (events.length + 1);
          if (known > 0) writeTrace(home.paths, events.slice(0, known));
          const [first] = events;
          if (known === events.length || first === undefined) return;
          Deno.writeTextFileSync(home.paths.unindexed(first.run_id), "");
        });
        openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
        for (const events of runs) writeTrace(home.paths, events, '{"torn');
        const ask = async (args: readonly string[]) => {
          const { code, stdout } = await callProgram([...args, "--format", "json"], {
            cwd: home.root,
            now: () => NOW,
          });
          const { source, ...rest } = JSON.parse(stdout);
          return { source, answer: { code, ...rest } };
        };
        const stored = [];

        for (const args of calls) stored.push(await ask(args));
        Deno.removeSync(home.paths.database);
        for (const [index, args] of calls.entries()) {
          const traced = await ask(args);
          const what = args.join(" ");
          assert.deepEqual(traced.answer, stored[index]?.answer, what);
          seen.calls++;
          if (traced.answer.code !== 0) seen.failed++;
          if (traced.source === undefined || runs.length === 0) continue;
          assert.deepEqual([stored[index]?.source, traced.source], ["state.db", "traces"], what);
        }
      },
    ),
    { numRuns: CASES },
  );
  console.log(`${seen.calls} calls, ${seen.failed} of them with an error or an exit code`);
});
