import { deepStrictEqual } from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { HOT_PATH } from "./hot_path.ts";
import { complaint, hotComplaint, slowNameComplaint } from "./layers.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("complaint() holds the import table", () => {
  const cases: [string, string, boolean][] = [
    ["commands/status.ts", "../state/records/run_reader.ts", true],
    ["commands/status.ts", "./cli/command.ts", true],
    ["commands/run.ts", "../executor/api.ts", true],
    ["state/records/run_reader.ts", "../../event/event.ts", true],
    ["state/sqlite/schema_version.ts", "../../schema.sql", true],
    ["state/records/run_reader.ts", "../../executor/api.ts", false],
    ["state/records/run_reader.ts", "../../commands/command.ts", false],
    ["executor/step/run_step.ts", "../../state/records/run_reader.ts", false],
    ["event/event.ts", "../state/records/records.ts", false],
    ["main.ts", "./state/records/run_reader.ts", false],
    ["main.ts", "./commands/full.ts", true],
    ["tests/cli.ts", "../state/records/run_reader.ts", true],
    ["commands/status.ts", "yaml", true],
  ];
  for (const [file, specifier, allowed] of cases) {
    deepStrictEqual(complaint(ROOT + file, specifier) === null, allowed, `${file} ${specifier}`);
  }
});

Deno.test("hotComplaint() keeps the hot path fast to load", () => {
  const cases: [string, string, boolean][] = [
    ["commands/status.ts", "node:sqlite", true],
    ["commands/cli/parse_call.ts", "@std/cli/parse-args", true],
    ["commands/status.ts", "./output/format.ts", true],
    ["state/sqlite/schema_version.ts", "../../schema.sql", true],
    ["commands/status.ts", "node:path", false],
    ["commands/status.ts", "@std/path", false],
    ["state/records/run_reader.ts", "@std/fs", false],
    ["event/event.ts", "node:crypto", false],
    ["commands/status.ts", "./output/render_table.ts", false],
    ["main.ts", "./commands/full.ts", false],
    ["commands/status.ts", "../executor/api.ts", false],
    ["commands/cli/cliffy_tree.ts", "@cliffy/command", true],
  ];
  for (const [file, specifier, allowed] of cases) {
    deepStrictEqual(hotComplaint(ROOT + file, specifier) === null, allowed, `${file} ${specifier}`);
  }
});

Deno.test("slowNameComplaint() keeps slow globals out of the hot path", () => {
  deepStrictEqual(slowNameComplaint(`${ROOT}commands/status.ts`, "Intl") === null, false);
  deepStrictEqual(slowNameComplaint(`${ROOT}commands/cli/cliffy_tree.ts`, "Intl"), null);
});

Deno.test("the hot path names only what there is", async () => {
  for (const entry of HOT_PATH) await Deno.stat(ROOT + entry);
});
