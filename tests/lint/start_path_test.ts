import { deepStrictEqual } from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import plugin from "./layers.ts";
import { slowNameComplaint, startComplaint } from "./start_path.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("startComplaint() keeps fast to load what every start loads", () => {
  const cases: [file: string, specifier: string, allowed: boolean][] = [
    ["main.ts", "./commands/dispatch.ts", true],
    ["main.ts", "./executor/execute.ts", false],
    ["commands/status.ts", "./runs/selectors.ts", true],
    ["commands/status.ts", "./status/show_status.ts", false],
    ["commands/status.ts", "./execution/run_session.ts", false],
    ["commands/status.ts", "../executor/api.ts", false],
    ["commands/status.ts", "zod", false],
    ["commands/cli/parse_arguments.ts", "./check_call.ts", true],
    ["commands/cli/parse_arguments.ts", "@std/cli/parse-args", false],
    ["commands/cli/parse_arguments.ts", "../cliffy/cliffy_tree.ts", false],
    ["commands/output/fit_line.ts", "@std/cli/unicode-width", true],
    ["commands/output/run_text.ts", "../cliffy/render_table.ts", false],
    ["commands/runs/open_runs.ts", "../../state/open_reader.ts", true],
    ["state/sqlite/database.ts", "node:sqlite", true],
    ["state/sqlite/schema_version.ts", "../../schema.sql", true],
    ["state/records/run_reader.ts", "@std/fs", false],
    ["event/event.ts", "node:crypto", false],
    // Loaded when they are called: they may load more, but no package.
    ["commands/run/run_pipeline.ts", "../../executor/execute.ts", true],
    ["commands/doctor/examine_project.ts", "../cliffy/render_table.ts", true],
    ["commands/status/show_status.ts", "node:path", false],
    ["commands/status/show_status.ts", "@std/path", true],
    ["commands/status.ts", "@std/path", false],
    ["commands/execution/run_session.ts", "yaml", false],
    ["commands/cliffy/cliffy_tree.ts", "@cliffy/command", true],
    ["executor/files/confine.ts", "@std/path", true],
    ["npm/build.ts", "node:path", true],
  ];
  for (const [file, specifier, allowed] of cases) {
    deepStrictEqual(
      startComplaint(ROOT + file, specifier) === null,
      allowed,
      `${file} ${specifier}`,
    );
  }
});

Deno.test("slowNameComplaint() keeps slow globals out of what is loaded fast", () => {
  const cases: [file: string, name: string, allowed: boolean][] = [
    ["commands/status.ts", "Intl", false],
    ["commands/logs/show_logs.ts", "localeCompare", false],
    ["state/records/fold.ts", "Buffer", false],
    ["state/records/fold.ts", "fold", true],
    ["commands/cliffy/cliffy_tree.ts", "Intl", true],
    ["executor/execute.ts", "Intl", true],
  ];
  for (const [file, name, allowed] of cases) {
    deepStrictEqual(slowNameComplaint(ROOT + file, name) === null, allowed, `${file} ${name}`);
  }
});

Deno.test("deno lint refuses a slow import, and lets one be that waits or is a type", () => {
  const complaints = (source: string) =>
    Deno.lint.runPlugin(plugin, `${ROOT}commands/status.ts`, source)
      .filter(({ id }) => id === "wave/start-path").length;
  deepStrictEqual(complaints(`import { join } from "node:path";`), 1);
  deepStrictEqual(complaints(`export * from "./status/show_status.ts";`), 1);
  deepStrictEqual(complaints(`export const text = [1].map((n) => n.toLocaleString());`), 1);
  deepStrictEqual(complaints(`import type { Plan } from "../executor/planning/plan.ts";`), 0);
  deepStrictEqual(complaints(`export const load = () => import("./status/show_status.ts");`), 0);
});
