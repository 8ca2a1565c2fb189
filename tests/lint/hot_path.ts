/**
 * What the program loads before it answers `status`, `logs` or `list runs` (architecture, rule 12), as
 * files and folders of the repository. A hot file may load hot files and nothing else, so whatever one of
 * them comes to import has to be named here, or be imported when it is needed.
 */
export const HOT_PATH: readonly string[] = [
  "main.ts",
  "event/",
  "state/",
  "commands/cli/check_call.ts",
  "commands/output/color.ts",
  "commands/cli/command.ts",
  "commands/cli/context.ts",
  "commands/runs/database_warning.ts",
  "commands/output/event_line.ts",
  "commands/cli/run_command.ts",
  "commands/cli/exit_codes.ts",
  "commands/output/fit_line.ts",
  "commands/output/fit_rows.ts",
  "commands/logs/follow_logs.ts",
  "commands/output/format.ts",
  "commands/cli/global_options.ts",
  "commands/hot.ts",
  "commands/list/list_runs.ts",
  "commands/logs.ts",
  "commands/logs/logs_options.ts",
  "commands/logs/merge_logs.ts",
  "commands/runs/open_runs.ts",
  "commands/cli/parse_call.ts",
  "commands/output/print.ts",
  "commands/runs/find_project.ts",
  "commands/logs/read_logs.ts",
  "commands/output/run_json.ts",
  "commands/output/run_text.ts",
  "commands/output/safe_text.ts",
  "commands/runs/selectors.ts",
  "commands/status.ts",
  "commands/status/status_view.ts",
  "commands/output/event_stream.ts",
  "commands/cli/option_values.ts",
  "commands/status/watch_runs.ts",
  "commands/cli/process_world.ts",
];

/** Packages that cost a start nothing. */
export const HOT_PACKAGES: readonly string[] = [
  "node:sqlite",
  "@std/cli/parse-args",
  "@std/cli/unicode-width",
];

/** Globals that make a start slow by being touched (measured: Intl 20 ms, Buffer 6). */
export const SLOW_NAMES: ReadonlySet<string> = new Set([
  "Buffer",
  "Intl",
  "localeCompare",
  "toLocaleDateString",
  "toLocaleLowerCase",
  "toLocaleString",
  "toLocaleTimeString",
  "toLocaleUpperCase",
]);

/** True for a path, relative to the repository, that belongs to the hot path. */
export function isHot(path: string): boolean {
  return HOT_PATH.some((entry) => entry.endsWith("/") ? path.startsWith(entry) : path === entry);
}
