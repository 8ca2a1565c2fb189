/**
 * What the program loads before it answers `status`, `logs` or `list runs` (architecture, rule 12), as
 * files and folders of the repository. A hot file may load hot files and nothing else, so whatever one of
 * them comes to import has to be named here, or be imported when it is needed.
 */
export const HOT_PATH: readonly string[] = [
  "main.ts",
  "event/",
  "state/",
  "commands/call.ts",
  "commands/color.ts",
  "commands/command.ts",
  "commands/context.ts",
  "commands/database_warning.ts",
  "commands/delay.ts",
  "commands/event_line.ts",
  "commands/execute.ts",
  "commands/exit_code.ts",
  "commands/fit_line.ts",
  "commands/fit_rows.ts",
  "commands/follow_logs.ts",
  "commands/format.ts",
  "commands/global_options.ts",
  "commands/hot.ts",
  "commands/list_runs.ts",
  "commands/logs.ts",
  "commands/logs_options.ts",
  "commands/merge_logs.ts",
  "commands/open_runs.ts",
  "commands/parse_call.ts",
  "commands/print.ts",
  "commands/project.ts",
  "commands/read_logs.ts",
  "commands/run_json.ts",
  "commands/run_text.ts",
  "commands/safe_text.ts",
  "commands/selectors.ts",
  "commands/status.ts",
  "commands/status_view.ts",
  "commands/stream.ts",
  "commands/suggest.ts",
  "commands/values.ts",
  "commands/watch_runs.ts",
  "commands/world.ts",
];

/** Packages that cost a start nothing. */
export const HOT_PACKAGES: readonly string[] = ["node:sqlite", "@std/cli/parse-args"];

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
