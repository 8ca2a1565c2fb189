/** Faults in `commands/`. */
import { faultsIn, type Mutant } from "./mutant.ts";

export const COMMANDS: readonly Mutant[] = [
  ...faultsIn("commands/causes/consequences.ts", "commands/causes/explanation_test.ts", [
    [
      "steps that were skipped for reasons of their own",
      'return why === "stopped";',
      "return true;",
    ],
    [
      "what another failure kept from running",
      "|| !isOther(begin)",
      "|| true",
    ],
    [
      "a failure that was passed over",
      'skipReason(reasonOf(id) ?? "", id).kind === "failed"',
      "false",
    ],
  ]),
  ...faultsIn("commands/live/live_lines.ts", "commands/live", [
    ["runs share the rows", "Math.floor(rest / (smallestFirst.length - place))", "rest"],
    ["what is over has a line alone", "run.isOver ? 0 : run.steps.length", "run.steps.length"],
  ]),
  ...faultsIn("commands/cli/exit_codes.ts", "commands/cli/exit_codes_test.ts", [
    [
      "exit code 4 of a cancelled run",
      'status === "cancelled" ? ExitCode.cancelled : ExitCode.failed',
      "ExitCode.failed",
    ],
    ["the worst exit code", "if (codes.includes(ExitCode.failed)) return ExitCode.failed;", ""],
    [
      "a cancelled run among completed ones",
      "codes.includes(ExitCode.cancelled) ? ExitCode.cancelled",
      "false ? ExitCode.cancelled",
    ],
  ]),
  ...faultsIn("commands/execution/stop_switch.ts", "commands/execution/stop_switch_test.ts", [
    ["exit code 130", 'if (this.#cause === "SIGINT") return ExitCode.interrupted;', ""],
    ["exit code 143", 'if (this.#cause === "SIGTERM") return ExitCode.terminated;', ""],
    [
      "a second Ctrl-C is forced",
      'this.stop("SIGINT", this.#graceful.signal.aborted)',
      'this.stop("SIGINT", false)',
    ],
    ["SIGTERM is forced", 'this.stop("SIGTERM", true, ', 'this.stop("SIGTERM", false, '],
    ["a request is told once", "    if (!news) return;\n", ""],
    [
      "a signal counts more than a request",
      ' || this.#cause === "cancel") this.#cause',
      ") this.#cause",
    ],
  ]),
  ...faultsIn("commands/cli/standard_stream.ts", "commands/cli/standard_stream_test.ts", [
    [
      "a piece that was taken is not written again",
      "if (piece.buffered) rest = NOTHING;\n        nap(tries);",
      "nap(tries);",
    ],
    [
      "a piece with a newline is whole",
      "bytes: reach.subarray(0, end + 1), buffered: false",
      "bytes: reach.subarray(0, end + 1), buffered: true",
    ],
    [
      "a piece fits the buffer",
      "next < 0 ? reach.length : next, BUFFERED_BYTES",
      "next < 0 ? reach.length : next, 9 * BUFFERED_BYTES",
    ],
    [
      "a failure is thrown",
      "if (!(error instanceof Deno.errors.WouldBlock)) throw error;\n        if (piece.buffered) rest = NOTHING;\n        nap",
      "if (piece.buffered) rest = NOTHING;\n        nap",
    ],
    [
      "the rest of a short write",
      "rest = rest.subarray(await stream.write(rest));",
      "rest = rest.subarray(await stream.write(rest) && rest.length);",
    ],
  ]),
  ...faultsIn("commands/cli/parse_arguments.ts", "commands/cli/parse_arguments_test.ts", [
    [
      "an unknown option is refused",
      "if (option === undefined) throw unknownOption(`--${name}`",
      "if (option === null) throw unknownOption(`--${name}`",
    ],
    ["a flag takes no value", "if (inline !== undefined) {", "if (false) {"],
    ["an option is given once", "value !== true && before !== undefined", "false"],
    [
      "an empty value is one",
      "inline ?? nextValue(name, option, rest)",
      "inline || nextValue(name, option, rest)",
    ],
    [
      "what follows -- is no option",
      "for (const arg of rest.splice(0)) readArgument(arg, commands, reading);",
      "",
    ],
  ]),
  ...faultsIn("commands/cli/option_values.ts", "commands/cli/option_values_test.ts", [
    ["the least of a number is allowed", "value >= min", "value > min"],
    ["30 February is no day", ".getUTCDate() !== day", ".getUTCDate() < 0"],
    [
      "a time of no length is refused",
      "ms > 0 || option.positive !== true",
      "ms >= 0 || option.positive !== true",
    ],
    ["a duration counts back", "return now - ago;", "return now + ago;"],
  ]),
  ...faultsIn("commands/clean/clean_selection.ts", "commands/clean/clean_selection_test.ts", [
    ["--older-than at its border", "now - endedAt >= olderThan", "now - endedAt > olderThan"],
    ["--keep-last at its border", "rank < keepLast", "rank <= keepLast"],
    [
      "clean never removes a running, stalled or unknown run",
      "if (!isRemovable(run)) return false;",
      "",
    ],
    ["an interrupted run may be removed", ' || run.liveness === "interrupted"', ""],
    ["--limit counts behind --offset", "undefined : offset + limit", "undefined : limit"],
  ]),
  ...faultsIn("commands/cancel/cancel_run.ts", "commands/cancel/cancel_run_test.ts", [
    [
      "an owner is killed with proof of who it is only",
      "start === null || await finder.processStart(pid) !== start",
      "false",
    ],
    ["an owner of another host is left alone", "if (host !== Deno.hostname()) {", "if (false) {"],
    ["a request that nobody saw is used up", "    clearCancelRequest(paths, id);\n", ""],
  ]),
  ...faultsIn("commands/output/junit.ts", "commands/output/junit_test.ts", [
    [
      "a run that did not complete has not passed",
      'if (run.status === "completed" || isTold) return cases;',
      "return cases;",
    ],
    ["text of others is escaped", '  "<": "&lt;",\n', ""],
  ]),
  ...faultsIn("commands/output/event_line.ts", "commands/output/event_line_test.ts", [
    ["no text looks like a line of its own", "`\\n${INDENT}`", '"\\n"'],
    ["text of others is made safe", "options.safe(text).replaceAll", "text.replaceAll"],
    ["the first attempt is not counted", "event.attempt > 1", "event.attempt > 0"],
  ]),
  ...faultsIn("commands/output/format.ts", "commands/output/format_test.ts", [
    [
      "a minute is no sixty seconds",
      "if (seconds < 60) return `${seconds}s`;\n  const minutes",
      "if (seconds <= 60) return `${seconds}s`;\n  const minutes",
    ],
    ["a thousand tokens are 1k", "tokens < 1000", "tokens <= 1000"],
    ["1024 bytes are a KB", "bytes < 1024", "bytes <= 1024"],
  ]),
  ...faultsIn("commands/output/fit_line.ts", "commands/output/fit_line_test.ts", [
    [
      "a line is as wide as the terminal at most",
      "columns + needed > width",
      "columns + needed > width + 1",
    ],
  ]),
  ...faultsIn("commands/logs/merge_logs.ts", "commands/logs/merge_logs_test.ts", [
    [
      "the oldest entry comes first",
      "timeOf(front) < timeOf(oldest)",
      "timeOf(front) > timeOf(oldest)",
    ],
    ["a merge closes what it opened", "for (const { rest } of fronts) rest.return?.();", ""],
  ]),
  ...faultsIn(
    "commands/artifacts/read_artifact.ts",
    "commands/artifacts/export_artifacts_test.ts",
    [
      [
        "a changed artifact is told",
        '=== artifact.sha256 ? "ok" : "changed"',
        '!== "" ? "ok" : "changed"',
      ],
      [
        "a planted folder is not followed",
        "? !info.isDirectory : !info.isFile",
        "? false : !info.isFile",
      ],
    ],
  ),
  ...faultsIn(
    "commands/artifacts/export_artifacts.ts",
    "commands/artifacts/export_artifacts_test.ts",
    [
      ["a changed artifact is not exported", 'if (state !== "ok") return state;', ""],
      [
        "a step's folder that is a link is refused",
        "if (lstat(at)?.isDirectory !== true) throw",
        "if (lstat(at) === null) throw",
      ],
    ],
  ),
  ...faultsIn("commands/runs/newest_run.ts", "commands/resume_test.ts", [
    [
      "the newest run that fits",
      "if (run !== undefined) return run;",
      "if (run !== undefined) return runs.at(-1) ?? null;",
    ],
  ]),
  ...faultsIn("commands/execution/gate_wording.ts", "commands/execution/terminal_gates_test.ts", [
    [
      "a beginning that fits two choices is none",
      "choice === undefined || another !== undefined",
      "choice === undefined",
    ],
    [
      "an empty line is the default",
      "defaultChoice === null ? null :",
      "defaultChoice !== null ? null :",
    ],
  ]),
  ...faultsIn("commands/execution/terminal_gates.ts", "commands/execution/terminal_gates_test.ts", [
    ["an answered question is withdrawn", "        withdrawQuestion(paths, question);\n", ""],
  ]),
  ...faultsIn("commands/resume/resume_run.ts", "commands/resume_test.ts", [
    ["an artifact that changed refuses the resume", "if (refused.length === 0) return;", "return;"],
    ["a redacted input is wanted again", "record.inputRedacted && given === undefined", "false"],
  ]),
  ...faultsIn("commands/mcp/served_tools.ts", "commands/mcp/server_test.ts", [
    [
      "a tool that is not allowed is not there",
      "if (!exposed.effects.readOnlyHint && !allow.has(command.name)) return [];",
      "",
    ],
    ["an error is an error", "? { isError: true }", "? {}"],
  ]),
  ...faultsIn("commands/mcp/served_tools.ts", "commands/mcp/tool_words_test.ts", [
    ["no call blocks longer than a client waits", "ms > LONGEST_WAIT_MS", "ms < LONGEST_WAIT_MS"],
    ["who answers over MCP is told", '${options["by"] ?? client}, over MCP', "${client}"],
  ]),
  ...faultsIn("commands/mcp/tool_input.ts", "commands/mcp/tool_words_test.ts", [
    [
      "allow-self is given by who starts the server",
      '.filter(([name]) => name !== "allow-self" || allowSelf)',
      "",
    ],
  ]),
  ...faultsIn("commands/mcp/tool_words.ts", "commands/mcp/tool_words_test.ts", [
    ["standard input is the protocol's", 'complete === "file" && only === "-"', "false"],
    ["no argument takes the place of one before it", "if (missing !== null) {", "if (false) {"],
  ]),
  ...faultsIn("commands/mcp/bounded_result.ts", "commands/mcp/tool_words_test.ts", [
    ["of logs the newest stay", "list.slice(list.length - half)", "list.slice(0, half)"],
    ["a list that was cut says so", "{ truncated: true }", "{}"],
  ]),
];
