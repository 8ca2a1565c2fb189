import { deepStrictEqual, throws } from "node:assert/strict";
import { COMMANDS } from "../../../commands/registry.ts";
import { scanArguments } from "../../../commands/cli/scan_arguments.ts";
import { UsageError } from "../../../event/errors.ts";

Deno.test("scanArguments() says what is wrong, and what was probably meant", () => {
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
    ["status -z", "unknown_option", '"-z"'],
    ["status -qz", "unknown_option", '"-z"'],
    ["--all status", "unknown_option", '"--all" of "wave"'],
    ["status --limit", "missing_value", "--limit <value>"],
    ["status --limit --all", "missing_value", "--limit=<value>"],
    ["status --all=yes", "unexpected_value", "--all"],
    ["status --limit 1 --limit 2", "repeated_option", "--limit more than once"],
  ];
  for (const [line, code, text] of cases) {
    throws(() => scanArguments(line.split(" "), COMMANDS), (error) => {
      if (!(error instanceof UsageError)) return false;
      deepStrictEqual(error.code, code, line);
      deepStrictEqual(error.exitCode, 2);
      return `${error.message} ${error.hint}`.includes(text);
    }, line);
  }
});

Deno.test("scanArguments() finds help and version anywhere before the end of options", () => {
  const kind = (line: string) => scanArguments(line.split(" ").filter(Boolean), COMMANDS).kind;
  deepStrictEqual(kind(""), "help");
  deepStrictEqual(kind("--help"), "help");
  deepStrictEqual(kind("help status"), "help");
  deepStrictEqual(kind("status --limit 1 -h"), "help");
  deepStrictEqual(kind("status -- --help"), "call");
  deepStrictEqual(kind("--version"), "version");
  deepStrictEqual(kind("-V"), "version");
});
