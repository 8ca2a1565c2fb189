import { deepStrictEqual, notDeepStrictEqual } from "node:assert/strict";
import { checkCall, optionsOf } from "../../../commands/cli/check_call.ts";
import type { Command } from "../../../commands/cli/command.ts";
import { parseHotCall } from "../../../commands/hot.ts";
import { parseCall } from "../../../commands/cli/parse_call.ts";
import { COMMANDS } from "../../../commands/registry.ts";
import { scanArguments } from "../../../commands/cli/scan_arguments.ts";
import { parseWithTree } from "../../../commands/cli/cliffy_tree.ts";

const NOW = Date.UTC(2026, 1, 2);

/** What the strict scan, Cliffy and the conversion make of `argv`. */
async function throughTree(argv: readonly string[]) {
  const request = scanArguments(argv, COMMANDS);
  if (request.kind !== "call") throw new Error(`"${argv.join(" ")}" is no call`);
  const parsed = await parseWithTree(COMMANDS, request.command, request.raw);
  deepStrictEqual(parsed.name, request.command.name);
  deepStrictEqual(parsed.raw, request.raw, argv.join(" "));
  return checkCall(request.command, parsed.raw, NOW);
}

/** A fitting value for each kind of option. */
function sample(command: Command, name: string): string | undefined {
  const option = optionsOf(command)[name];
  switch (option?.kind) {
    case "text":
      return "a*b";
    case "integer":
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

Deno.test("every option of every command reaches it through Cliffy, in each way of writing it", async () => {
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
      const calls = [];
      for (const way of ways) calls.push(await throughTree([command.name, ...args, ...way]));
      for (const call of calls) deepStrictEqual(call, calls[0], `${command.name} --${name}`);
      notDeepStrictEqual(
        calls[0],
        await throughTree([command.name, ...args]),
        `${command.name} --${name} has no effect`,
      );
    }
  }
});

Deno.test("parseCall() agrees with the tree, or leaves the call to it", async () => {
  // Null where it depends on the parser: mri takes a flag's next word for a number.
  const calls: [string[], hot: boolean | null][] = [
    [["status"], true],
    [["status", "--all"], true],
    [["status", "--all", "--format", "json"], true],
    [["status", "--format=json", "--all", "debug-2026"], true],
    [["status", "-q", "a", "b"], true],
    [["status", "--status", "failed,cancelled", "--pipeline", "re*"], true],
    [["status", "--since", "2h", "--until=1h30m", "--limit", "5", "--offset", "2"], true],
    [["status", "--all", "debug"], true],
    [["status", "-w", "-q", "-v"], true],
    [["list", "runs"], true],
    [["list", "runs", "-q", "--limit", "3"], true],
    [["status", "--all", "20260202"], null],
    [["status", "--all", "true"], false],
    [["status", "--", "-x"], false],
    [["status", "-qv"], false],
    [["status", "--pipeline="], false],
    [["status", ""], false],
    [["--format", "json", "status"], false],
    [["list"], false],
    [["list", "pipelines"], false],
    [["list", "--limit", "3", "runs"], false],
  ];
  for (const [argv, hot] of calls) {
    const found = parseHotCall(argv, NOW);
    const tree = await throughTree(argv);
    if (hot !== null) deepStrictEqual(found !== null, hot, argv.join(" "));
    if (found !== null) deepStrictEqual(found.checked, tree, argv.join(" "));
  }
});

Deno.test("parseCall() leaves every mistake to the tree", () => {
  const status = COMMANDS.find(({ name }) => name === "status");
  if (status === undefined) throw new Error("no status");
  const mistakes = [
    ["--nope"],
    ["--no-all"],
    ["--help"],
    ["-h"],
    ["--all=true"],
    ["--format", "xml"],
    ["--format"],
    ["--limit", "-1"],
    ["--limit", "0"],
    ["--since", "soon"],
    ["--limit", "1", "--limit", "2"],
    ["--status", "failed", "--status", "completed"],
    ["--pipeline", "--all"],
    ["--constructor"],
    ["--__proto__", "x"],
    ["---all"],
    ["-z"],
  ];
  for (const argv of mistakes) deepStrictEqual(parseCall(status, argv, NOW), null, argv.join(" "));
});

Deno.test("parseWithTree() hands over odd values unharmed", async () => {
  const odd = ["", "-x", "--all", "--", "=", "a=b", "a b", "é\n", "-"];
  const { raw } = await parseWithTree(COMMANDS, statusCommand(), { args: odd, options: {} });
  deepStrictEqual(raw.args, odd);
  for (const pipeline of odd) {
    const parsed = await parseWithTree(COMMANDS, statusCommand(), {
      args: [],
      options: { pipeline },
    });
    deepStrictEqual(parsed.raw.options, { pipeline });
  }
});

function statusCommand(): Command {
  const found = COMMANDS.find(({ name }) => name === "status");
  if (found === undefined) throw new Error("no status");
  return found;
}
