import { deepStrictEqual, notDeepStrictEqual, throws } from "node:assert/strict";
import { type CheckedCall, optionsOf } from "../../../commands/cli/check_call.ts";
import type { Command } from "../../../commands/cli/command.ts";
import { parseArguments } from "../../../commands/cli/parse_arguments.ts";
import { COMMANDS } from "../../../commands/registry.ts";
import { UsageError } from "../../../event/errors.ts";

const NOW = Date.UTC(2026, 1, 2);

/** The call that these words make, and the name of what is called. */
function callOf(argv: readonly string[]): CheckedCall & { readonly name: string } {
  const request = parseArguments(argv, COMMANDS, NOW);
  if (request.kind !== "call") throw new Error(`"${argv.join(" ")}" is no call`);
  return { name: request.command.name, ...request.checked };
}

/** A fitting value for each kind of option. */
function sample(command: Command, name: string): string | undefined {
  const option = optionsOf(command)[name];
  switch (option?.kind) {
    case "text":
    case "texts":
      return "a*b";
    case "integer":
    case "amount":
    case "count":
      return "7";
    case "duration":
    case "time":
      return "1h30m";
    case "choice":
    case "choices":
      return option.choices[0] ?? "";
    default:
      return undefined;
  }
}

/** Arguments that satisfy the declaration. */
const argumentsOf = (command: Command) =>
  command.args.flatMap(({ required, choices }) => required === true ? [choices?.[0] ?? "x"] : []);

Deno.test("parseArguments() hands each option to its command, however it is written", () => {
  for (const command of COMMANDS) {
    const args = argumentsOf(command);
    for (const [name, option] of Object.entries(optionsOf(command))) {
      const value = sample(command, name);
      const ways = value === undefined ? [[`--${name}`]] : [[`--${name}`, value], [
        `--${name}=${value}`,
      ]];
      if (option.short !== undefined) {
        const short = `-${option.short}`;
        ways.push(
          ...value === undefined ? [[short]] : [[short, value], [`${short}${value}`], [
            `${short}=${value}`,
          ]],
        );
      }
      const calls = ways.flatMap((way) => [
        callOf([command.name, ...args, ...way]),
        callOf([command.name, ...way, ...args]),
      ]);
      for (const call of calls) deepStrictEqual(call, calls[0], `${command.name} --${name}`);
      notDeepStrictEqual(
        calls[0],
        callOf([command.name, ...args]),
        `${command.name} --${name} has no effect`,
      );
    }
  }
});

Deno.test("parseArguments() tells values, arguments and flags apart", () => {
  const cases: [argv: string[], args: string[], options: Record<string, unknown>][] = [
    [["status"], [], {}],
    [["status", "a", "b"], ["a", "b"], {}],
    [["status", "--all", "true"], ["true"], { all: true }],
    [["status", "--all", "20260202"], ["20260202"], { all: true }],
    [["status", "-qwv"], [], { watch: true, quiet: true, verbose: true }],
    [["status", "--all", "--all"], [], { all: true }],
    [["--format", "json", "status"], [], { format: "json" }],
    [["--", "status", "-x"], ["-x"], {}],
    [["status", "--", "-x", "--all", "--help"], ["-x", "--all", "--help"], {}],
    [["status", "-", ""], ["-", ""], {}],
    [["status", "help", "version"], ["help", "version"], {}],
    [["status", "é\n", "a b", "="], ["é\n", "a b", "="], {}],
    [["status", "--pipeline", ""], [], { pipeline: "" }],
    [["status", "--pipeline="], [], { pipeline: "" }],
    [["status", "--pipeline=--all"], [], { pipeline: "--all" }],
    [["status", "--pipeline=a=b"], [], { pipeline: "a=b" }],
    [["status", "--pipeline", "-"], [], { pipeline: "-" }],
    [["status", "--since", "2h"], [], { since: NOW - 7_200_000 }],
    [["list", "--limit", "3", "runs"], ["runs"], { limit: 3 }],
    [["logs", "-n5", "-f"], [], { lines: 5, follow: true }],
    [["logs", "-fn", "all"], [], { lines: "all", follow: true }],
    [["logs", "-n=0"], [], { lines: 0 }],
  ];
  for (const [argv, args, options] of cases) {
    const { call } = callOf(argv);
    deepStrictEqual(call.args, args, argv.join(" "));
    const given = Object.entries(call.options).filter(([, value]) =>
      value !== undefined && value !== false
    );
    deepStrictEqual(Object.fromEntries(given), options, argv.join(" "));
  }
});

Deno.test("parseArguments() says what is wrong, and what to type", () => {
  const cases: [string, code: string, text: string][] = [
    ["statu", "unknown_command", 'did you mean "status"'],
    ["stauts", "unknown_command", 'did you mean "status"'],
    ["stop", "unknown_command", 'did you mean "cancel"'],
    ["verison", "unknown_command", 'did you mean "--version"'],
    ["status --json", "unknown_option", 'did you mean "--format json"'],
    ["logs --tail 5", "unknown_option", 'did you mean "--lines"'],
    ["status --tail 5", "unknown_option", "see wave status --help"],
    ["status --status failed --status cancelled", "repeated_option", "--status failed,cancelled"],
    ["rx", "unknown_command", "see wave --help"],
    ["xyzzy", "unknown_command", "see wave --help"],
    ["__complet", "unknown_command", "see wave --help"],
    ["status --al", "unknown_option", 'did you mean "--all"'],
    ["status --wathc", "unknown_option", 'did you mean "--watch"'],
    ["status --hepl", "unknown_option", 'did you mean "--help"'],
    ["--versoin", "unknown_option", 'did you mean "--version"'],
    ["status --constructor", "unknown_option", '"--constructor" of "wave status"'],
    ["status --__proto__ x", "unknown_option", '"--__proto__" of "wave status"'],
    ["status --no-all", "unknown_option", '"--no-all"'],
    ["status ---all", "unknown_option", '"---all"'],
    ["status -z", "unknown_option", '"-z"'],
    ["status -V", "unknown_option", '"-V"'],
    ["status --version", "unknown_option", '"--version" of "wave status"'],
    ["status -qz", "unknown_option", '"-z"'],
    ["--all status", "unknown_option", '"--all" of "wave"'],
    ["status --limit", "missing_value", "--limit <value>"],
    ["status --limit --all", "missing_value", "--limit=<value>"],
    ["status --pipeline -5", "missing_value", "--pipeline=<value>"],
    ["status --all=yes", "unexpected_value", "--all"],
    ["status --limit 1 --limit 2", "repeated_option", "--limit more than once"],
    ["status --limit 0", "bad_value", "at least 1"],
    ["status --limit=-1", "bad_value", '"-1" as --limit'],
    ["status --since soon", "bad_value", "2h"],
    ["status --format xml", "bad_value", "table, text, json"],
    ["list nothing", "bad_value", "pipelines, personas, adapters, runs"],
    ["completions", "missing_argument", "<shell>"],
    ["doctor x", "too_many_arguments", "it takes none"],
    ["run p a b", "too_many_arguments", 'quotes: wave run p "a b"'],
    ["run p a $b", "too_many_arguments", 'quotes: wave run p "…"'],
    ["do explain this", "too_many_arguments", 'quotes: wave do "explain this"'],
    ["logs -n -5", "bad_value", "write --lines 5"],
    ["status --limit -3", "bad_value", "write --limit 3"],
    ["status --limit -0", "bad_value", "at least 1"],
    ["status --since -2h", "bad_value", "2h (two hours ago)"],
    ["logs --level warn", "bad_value", 'did you mean "info"?'],
    ["logs --level debug", "bad_value", 'did you mean "all"?'],
    ["logs --level constructor", "bad_value", "all, info, error"],
    ["status --status done", "bad_value", 'did you mean "completed"?'],
    ["status --status failed,success", "bad_value", 'did you mean "completed"?'],
  ];
  for (const [line, code, text] of cases) {
    throws(() => parseArguments(line.split(" "), COMMANDS, NOW), (error) => {
      if (!(error instanceof UsageError)) return false;
      deepStrictEqual(error.code, code, line);
      deepStrictEqual(error.exitCode, 2);
      return `${error.message} ${error.hint}`.includes(text);
    }, line);
  }
});

Deno.test("parseArguments() finds help and version anywhere before the end of options", () => {
  const kind = (line: string) =>
    parseArguments(line.split(" ").filter(Boolean), COMMANDS, NOW).kind;
  deepStrictEqual(kind(""), "help");
  deepStrictEqual(kind("--help"), "help");
  deepStrictEqual(kind("help status"), "help");
  deepStrictEqual(kind("resume --help"), "help");
  deepStrictEqual(kind("status --limit 1 -h"), "help");
  deepStrictEqual(kind("status -- --help"), "call");
  deepStrictEqual(kind("--version"), "version");
  deepStrictEqual(kind("-V"), "version");
});
