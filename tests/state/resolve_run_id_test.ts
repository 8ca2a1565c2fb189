import assert from "node:assert/strict";
import { openReader } from "../../state/open_reader.ts";
import { resolveRunId } from "../../state/resolve_run_id.ts";
import { eventOf, planned, started } from "../events.ts";
import { project, store, writeTrace } from "./projects.ts";

Deno.test("resolveRunId() takes full ids, unique prefixes and @latest", async (t) => {
  using home = project();
  const ids = ["debug-1", "debug-1-2", "debug-2", "hello"];
  ids.forEach((id, index) =>
    writeTrace(home.paths, [eventOf(started([planned("plan")]), index + 1, id)])
  );
  using reader = openReader(home.root, { now: () => 0, forceTraces: true });
  const cases: [text: string, expected: string | { code: string; exitCode: number }][] = [
    ["debug-1", "debug-1"],
    ["debug-1-", "debug-1-2"],
    ["h", "hello"],
    ["@latest", "hello"],
    ["debug", { code: "ambiguous_run", exitCode: 2 }],
    ["nobody", { code: "run_not_found", exitCode: 3 }],
    ["@first", { code: "run_not_found", exitCode: 3 }],
    ["", { code: "invalid_run_id", exitCode: 2 }],
    ["..", { code: "invalid_run_id", exitCode: 2 }],
    ["debug/1", { code: "invalid_run_id", exitCode: 2 }],
    ["debug\n", { code: "invalid_run_id", exitCode: 2 }],
    ["a\0", { code: "invalid_run_id", exitCode: 2 }],
    ["x".repeat(4096), { code: "invalid_run_id", exitCode: 2 }],
  ];
  for (const [text, expected] of cases) {
    await t.step(JSON.stringify(text).slice(0, 20), () => {
      if (typeof expected === "string") assert.equal(resolveRunId(reader, text), expected);
      else assert.throws(() => resolveRunId(reader, text), expected);
    });
  }
  assert.throws(() => resolveRunId(reader, "@last"), { hint: 'did you mean "@latest"?' });
  assert.throws(() => resolveRunId(reader, "x".repeat(4096)), /^UsageError: .{0,200}$/);
  assert.throws(() => resolveRunId(reader, "debug"), /debug-2, debug-1-2, debug-1$/);
});

Deno.test("resolveRunId() says so where there is no run", () => {
  using home = project();
  using reader = openReader(home.root, { now: () => 0 });
  assert.throws(() => resolveRunId(reader, "@latest"), { code: "run_not_found" });
});

Deno.test("idsWithPrefix() gives all ids when there is no limit, whichever the store", async () => {
  using home = project();
  const ids = ["b", "a"];
  for (const id of ids) writeTrace(home.paths, [eventOf(started([planned("plan")]), 1, id)]);
  (await store(home)).close();
  for (const [forceTraces, source] of [[false, "state.db"], [true, "traces"]] as const) {
    using reader = openReader(home.root, { now: () => 0, forceTraces });
    assert.deepEqual(reader.idsWithPrefix("", Infinity), ids);
    assert.equal(reader.provenance.source, source);
  }
});
