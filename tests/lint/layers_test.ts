import { deepStrictEqual } from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { complaint } from "./layers.ts";

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
    ["main.ts", "./commands/dispatch.ts", true],
    ["tests/cli.ts", "../state/records/run_reader.ts", true],
    ["commands/status.ts", "yaml", true],
  ];
  for (const [file, specifier, allowed] of cases) {
    deepStrictEqual(complaint(ROOT + file, specifier) === null, allowed, `${file} ${specifier}`);
  }
});
