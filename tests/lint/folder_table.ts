/**
 * Which folders the source has, which files may lie flat in a top folder, and which way imports go: the
 * layout that CONTRIBUTING.md tells in words.
 */

/** What each top folder, or file, may import beside itself and packages. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  event: [],
  state: ["event", "schema.sql"],
  executor: ["event"],
  // Of the docs their texts, which some commands print or hand out.
  commands: ["state", "executor", "event", "docs"],
  "main.ts": ["commands", "event"],
};

/**
 * The commands: `commands/<name>.ts` declares one, `commands/<name>/` has what it does and serves it alone.
 */
export const COMMANDS: readonly string[] = [
  "answer",
  "approve",
  "artifacts",
  "cancel",
  "clean",
  "complete",
  "completions",
  "do",
  "doctor",
  "export",
  "init",
  "list",
  "logs",
  "mcp",
  "report",
  "resume",
  "run",
  "schema",
  "status",
  "validate",
  "wait",
  "why",
];

/**
 * The places within each top folder, lowest first: a file imports from its own place and those before
 * it. A folder holds what lies in it at any depth, unless a longer entry names that; a file that no
 * entry names lies in the wrong folder.
 */
export const PLACES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  event: [
    [
      ...[
        "event/run_options.ts",
        "event/run_facts.ts",
        "event/event.ts",
        "event/make_event.ts",
        "event/errors.ts",
        "event/identity.ts",
        "event/codec.ts",
      ],
      ...[
        "event/tokens.ts",
        "event/budget.ts",
        "event/receipt.ts",
        "event/system_error.ts",
        "event/files.ts",
        "event/json.ts",
      ],
      ...["event/local_time.ts", "event/posix_zone.ts", "event/pause_words.ts"],
      ...["event/closest.ts", "event/delay.ts", "event/duration.ts", "event/glob.ts"],
      ...["event/shown_line.ts", "event/span_context.ts"],
    ],
    ["event/redaction/"],
    ["event/recorder.ts", "event/trace_writer.ts"],
  ],
  state: [
    ["state/records/"],
    ["state/trace/"],
    ["state/live/"],
    ["state/sqlite/"],
    ["state/recording/"],
    ["state/open_reader.ts", "state/nested_runs.ts", "state/resolve_run_id.ts"],
    ["state/removal/"],
  ],
  executor: [
    ["executor/language/model/"],
    ["executor/language/source/"],
    ["executor/language/shell/"],
    ["executor/language/template/"],
    ["executor/processes/"],
    ["executor/files/"],
    ["executor/pricing/"],
    ["executor/budget/"],
    ["executor/adapters/"],
    ["executor/language/inputs/"],
    ["executor/language/check/"],
    ["executor/language/resolve/"],
    ["executor/language/"],
    ["executor/api.ts"],
    ["executor/run/"],
    ["executor/workspace/"],
    ["executor/work/"],
    ["executor/contracts/"],
    ["executor/composition/"],
    ["executor/step/"],
    ["executor/planning/"],
    ["executor/execute_run.ts"],
  ],
  commands: [
    ["commands/cli/command.ts"],
    ["commands/output/", "commands/cliffy/render_table.ts"],
    ["commands/cli/"],
    ["commands/cliffy/"],
    ["commands/definitions/", "commands/runs/"],
    ["commands/causes/", "commands/live/"],
    ["commands/execution/"],
    COMMANDS.map((name) => `commands/${name}.ts`),
    COMMANDS.map((name) => `commands/${name}/`),
    ["commands/registry.ts"],
    ["commands/dispatch.ts"],
  ],
};
