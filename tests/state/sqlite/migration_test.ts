import assert from "node:assert/strict";
import fc from "fast-check";
import { Database } from "../../../state/sqlite/database.ts";
import type { Row } from "../../../state/sqlite/row_values.ts";
import { openForWriting } from "../../../state/sqlite/write_connection.ts";
import { openReader } from "../../../state/open_reader.ts";
import { anyRun } from "../../events.ts";
import { type Project, project, writeTrace } from "../projects.ts";
import SCHEMA_1 from "../../fixtures/schema_1.sql" with { type: "text" };
import SCHEMA_2 from "../../fixtures/schema_2.sql" with { type: "text" };

const SCHEMAS = { 1: SCHEMA_1, 2: SCHEMA_2 } as const;

const TABLES = ["pipeline_state", "pipeline_run", "step_state", "artifact", "event_log"];

function rowsOf(database: Database): Map<string, Row[]> {
  return new Map(TABLES.map((table) => [table, database.all(`SELECT * FROM ${table}`)]));
}

/** Puts a database of an older version in place of today's, with what that knew of the same runs. */
function downgrade({ paths }: Project, version: keyof typeof SCHEMAS = 1): Map<string, Row[]> {
  using current = openForWriting(paths, { busyTimeoutMs: 0 });
  const rows = rowsOf(current);
  current[Symbol.dispose]();
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      Deno.removeSync(`${paths.database}${suffix}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  using old = new Database(paths.database, { readOnly: false }, "PRAGMA journal_mode = WAL");
  old.script(SCHEMAS[version]);
  for (const [table, list] of rows) {
    const columns = old.all(`SELECT name FROM pragma_table_info('${table}')`).map(({ name }) =>
      name
    );
    const places = columns.map(() => "?").join(", ");
    const sql = `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`;
    for (const row of list) {
      old.run(
        sql,
        columns.map((name) => {
          const value = row[String(name)] ?? null;
          if (name !== "tokens_before" || version > 1) return value;
          return JSON.stringify(JSON.parse(String(value)).slice(0, 3));
        }),
      );
    }
  }
  old.script(`PRAGMA user_version = ${version}`);
  return rows;
}

Deno.test("an older database is migrated to what a new one holds of the same traces", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    using home = project();
    for (const [index, events] of fc.sample(anyRun(), { numRuns: 4, seed }).entries()) {
      const run_id = `demo-${index + 1}`;
      writeTrace(home.paths, events.map((event) => ({ ...event, run_id })));
    }
    const expected = downgrade(home, seed % 2 === 0 ? 2 : 1);
    using migrated = openForWriting(home.paths, { busyTimeoutMs: 0 });
    assert.deepEqual(rowsOf(migrated), expected);
  }
});

Deno.test("a cancelled run of version 1 whose trace is gone is still there, without a reason", () => {
  using home = project();
  const events = fc.sample(anyRun("demo-1"), { numRuns: 400, seed: 9 })
    .find((story) => story.at(-1)?.step_id === null && story.at(-1)?.state === "cancelled");
  assert(events);
  writeTrace(home.paths, events);
  downgrade(home);
  Deno.removeSync(home.paths.trace("demo-1"));
  openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  using reader = openReader(home.root, { now: () => 0 });
  const { status, errorMessage } = reader.run("demo-1") ?? {};
  assert.deepEqual([status, errorMessage], ["cancelled", null]);
});
