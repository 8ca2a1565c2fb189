import assert from "node:assert/strict";
import { Database } from "../../../state/sqlite/database.ts";
import { bringUpToDate, requireCurrent, versionOf } from "../../../state/sqlite/schema_version.ts";
import { project } from "../projects.ts";

const SCHEMAS = ["CREATE TABLE a (x)", "CREATE TABLE a (x, y)", "CREATE TABLE a (x, y, z)"];
const MIGRATIONS = ["ALTER TABLE a ADD y", "ALTER TABLE a ADD z"];

const NOTHING = { fill() {}, refold() {} };

/** The program as it was at a version. */
function target(version: number) {
  return { schema: SCHEMAS[version - 1] ?? "", migrations: MIGRATIONS.slice(0, version - 1) };
}

function columns(database: Database): unknown[] {
  return database.all("SELECT name FROM pragma_table_info('a')").map((row) => row["name"]);
}

Deno.test("bringUpToDate() gives an older database the tables that a new one has", () => {
  for (const from of [1, 2, 3]) {
    using home = project();
    using database = new Database(home.paths.database, { readOnly: false }, "");
    let fills = 0;
    let refolds = 0;
    bringUpToDate(database, { fill: () => fills++, refold: () => refolds++ }, target(from));
    bringUpToDate(database, { fill: () => fills++, refold: () => refolds++ }, target(3));
    assert.deepEqual([fills, refolds], [1, from === 3 ? 0 : 1]);
    assert.equal(versionOf(database), 3);
    assert.deepEqual(columns(database), ["x", "y", "z"]);
  }
});

Deno.test("bringUpToDate() leaves a database as it was when a step fails", () => {
  using home = project();
  using database = new Database(home.paths.database, { readOnly: false }, "");
  const fail = () => {
    throw new Error("no");
  };
  assert.throws(() => bringUpToDate(database, { fill: fail, refold: fail }, target(1)), /no/);
  assert.equal(versionOf(database), 0);
  assert.deepEqual(columns(database), []);
  assert.throws(() => requireCurrent(database), { reason: "empty" });
  bringUpToDate(database, NOTHING, target(1));
  const broken = { schema: "", migrations: ["ALTER TABLE a ADD y", "nonsense"] };
  assert.throws(() => bringUpToDate(database, NOTHING, broken), { name: "DatabaseError" });
  assert.equal(versionOf(database), 1);
  assert.deepEqual(columns(database), ["x"]);
});

Deno.test("bringUpToDate() refuses a newer database, and leaves it as it is", () => {
  using home = project();
  using database = new Database(home.paths.database, { readOnly: false }, "");
  bringUpToDate(database, NOTHING, target(3));
  assert.throws(() => bringUpToDate(database, NOTHING, target(2)), {
    reason: "written by a newer wave (version 3)",
  });
  assert.equal(versionOf(database), 3);
});
