import { deepStrictEqual, match } from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { COMMANDS, PLACES } from "./folder_table.ts";
import { fileComplaint, importComplaint, targetOf } from "./imports.ts";
import plugin from "./layers.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("targetOf() is a path of the repository, and null for a package", () => {
  deepStrictEqual(targetOf("commands/status.ts", "./cli/command.ts"), "commands/cli/command.ts");
  deepStrictEqual(targetOf("commands/status.ts", "../event/event.ts"), "event/event.ts");
  deepStrictEqual(targetOf("commands/status.ts", "yaml"), null);
});

const IMPORTS: [from: string, to: string, allowed: boolean][] = [
  // Between the top folders.
  ["commands/status.ts", "state/records/run_reader.ts", true],
  ["commands/run.ts", "executor/api.ts", true],
  ["state/records/run_reader.ts", "event/event.ts", true],
  ["state/sqlite/schema_version.ts", "schema.sql", true],
  ["state/records/run_reader.ts", "executor/api.ts", false],
  ["state/records/run_reader.ts", "commands/cli/command.ts", false],
  ["executor/step/run_step.ts", "state/records/run_reader.ts", false],
  ["event/event.ts", "state/records/records.ts", false],
  ["main.ts", "state/records/run_reader.ts", false],
  ["main.ts", "commands/registry.ts", true],
  ["tests/cli.ts", "state/records/run_reader.ts", true],
  // Within them.
  ["executor/step/run_action.ts", "executor/composition/loop.ts", true],
  ["executor/composition/loop.ts", "executor/step/run_steps.ts", false],
  ["executor/step/run_step.ts", "executor/step/run_attempt.ts", true],
  ["executor/adapters/claude.ts", "executor/run/run_context.ts", false],
  ["executor/run/run_context.ts", "executor/api.ts", true],
  ["executor/api.ts", "executor/run/run_context.ts", false],
  ["executor/language/check/check_agents.ts", "executor/adapters/adapter.ts", true],
  ["executor/language/model/pipeline.ts", "executor/adapters/adapter.ts", false],
  ["executor/language/load_definitions.ts", "executor/language/resolve/resolve_step.ts", true],
  ["executor/language/resolve/resolve_step.ts", "executor/language/load_definitions.ts", false],
  ["state/live/liveness.ts", "state/trace/trace_scan.ts", true],
  ["state/trace/trace_scan.ts", "state/live/liveness.ts", false],
  ["commands/execution/run_session.ts", "commands/runs/artifact_data.ts", true],
  ["commands/runs/open_runs.ts", "commands/execution/run_session.ts", false],
  ["commands/output/print.ts", "commands/cli/command.ts", true],
  ["commands/output/print.ts", "commands/cli/run_command.ts", false],
  // Of one command alone.
  ["commands/registry.ts", "commands/cancel/cancel_run.ts", true],
  ["commands/cancel/cancel_run.ts", "commands/cancel.ts", true],
  ["commands/cancel.ts", "commands/cancel/cancel_run.ts", false],
  ["commands/cancel/a.ts", "commands/cancel/cancel_run.ts", true],
  ["commands/logs.ts", "commands/cancel/cancel_run.ts", false],
  ["commands/runs/open_runs.ts", "commands/cancel/cancel_run.ts", false],
  ["tests/commands/cancel/cancel_run_test.ts", "commands/cancel/cancel_run.ts", true],
];

Deno.test("importComplaint() holds the import table", () => {
  for (const [from, to, allowed] of IMPORTS) {
    deepStrictEqual(importComplaint(from, to) === null, allowed, `${from} → ${to}`);
  }
});

Deno.test("fileComplaint() refuses a file in the wrong folder", () => {
  const cases: [string, boolean][] = [
    ["executor/execute_run.ts", true],
    ["executor/step/run_step.ts", true],
    ["executor/helpers.ts", false],
    ["executor/misc/run_step.ts", false],
    ["state/open_reader.ts", true],
    ["state/liveness.ts", false],
    ["commands/status.ts", true],
    ["commands/status/watch_runs.ts", true],
    ["commands/watch_runs.ts", false],
    ["commands/common/format.ts", false],
    ["event/event.ts", true],
    ["tests/cli.ts", true],
  ];
  for (const [file, allowed] of cases) {
    deepStrictEqual(fileComplaint(file) === null, allowed, file);
  }
});

Deno.test("the table of folders names only what there is", async () => {
  const entries = Object.values(PLACES).flat(2);
  // A command that does little has no folder of its own.
  const folders = new Set(COMMANDS.map((name) => `commands/${name}/`));
  for (const entry of entries) if (!folders.has(entry)) await Deno.lstat(ROOT + entry);
});

Deno.test("the plugin refuses what the table does not allow", () => {
  const problems = (file: string, source: string) =>
    Deno.lint.runPlugin(plugin, ROOT + file, source).map(({ message }) => message);
  const [against = ""] = problems(
    "executor/files/new_file.ts",
    'import type { Work } from "../work/work.ts";\nexport type A = Work;',
  );
  match(against, /^executor\/files\/ must not import executor\/work\//);
  const [misplaced = ""] = problems("executor/new_file.ts", "export const a = 1;");
  match(misplaced, /lies in no folder of the layout/);
  const [circular = ""] = problems(
    "executor/run/run_context.ts",
    'import type { RunStop } from "./stop.ts";\nexport * from "../step/run_steps.ts";',
  );
  match(circular, /in a circle: executor\/run\/run_context.ts → executor\/step\/run_steps.ts → /);
  deepStrictEqual(
    problems("executor/files/new_file.ts", 'export * from "../language/model/pipeline.ts";'),
    [],
  );
});
