import { deepStrictEqual, ok } from "node:assert/strict";
import { bounded, MOST_UNITS } from "../../../commands/mcp/bounded_result.ts";
import { EXPOSED, type Exposed } from "../../../commands/mcp/exposed_commands.ts";
import { toolInput } from "../../../commands/mcp/tool_input.ts";
import { fittedCall } from "../../../commands/mcp/served_tools.ts";
import { toolWords } from "../../../commands/mcp/tool_words.ts";
import type { Command } from "../../../commands/cli/command.ts";
import { COMMANDS } from "../../../commands/registry.ts";
import { WaveError } from "../../../event/errors.ts";

/** Commands that are no tools, and why. */
const NO_TOOLS: Readonly<Record<string, string>> = {
  init: "a project that has the server has been made",
  do: "run does the same with a pipeline, and is reviewed",
  report: "a resource",
  export: "writes a file, for other programs",
  doctor: "for the person whose machine it is",
  mcp: "is the server",
  schema: "each tool tells its own; those of files are resources",
  completions: "for a shell",
  __complete: "for a shell",
};

function named(name: string): { command: Command; exposed: Exposed } {
  const command = COMMANDS.find((each) => each.name === name);
  const exposed = EXPOSED[name];
  if (command === undefined || exposed === undefined) throw new Error(`${name} is no tool`);
  return { command, exposed };
}

Deno.test("every command is a tool, or there is a reason", () => {
  deepStrictEqual(
    COMMANDS.map(({ name }) => name).toSorted(),
    [...Object.keys(EXPOSED), ...Object.keys(NO_TOOLS)].toSorted(),
  );
});

Deno.test("what a tool leaves out is an option of its command", () => {
  for (const [name, { without }] of Object.entries(EXPOSED)) {
    const { command } = named(name);
    for (const option of without) ok(option in command.options, `${name} --${option}`);
  }
});

Deno.test("toolWords() makes the words of a call", () => {
  const rows: [name: string, given: Record<string, unknown>, args: string[], options: object][] = [
    ["status", {}, [], {}],
    ["status", { "run-id": ["a", "b"], limit: 3, all: true }, ["a", "b"], {
      limit: "3",
      all: true,
    }],
    ["status", { "run-id": "a", status: ["failed", "cancelled"], all: false }, ["a"], {
      status: "failed,cancelled",
    }],
    ["status", { "run-id": null, pipeline: null }, [], {}],
    ["logs", { lines: "all", since: "2h" }, [], { lines: "all", since: "2h" }],
    // The input is an option, too: a dash is no standard input there.
    ["run", { pipeline: "p", input: "-" }, ["p"], { input: "-" }],
    ["run", { again: "@latest" }, [], { again: "@latest" }],
    ["run", { pipeline: "p", set: ["a=1", "b=2"], "max-usd": 0.5 }, ["p"], {
      set: ["a=1", "b=2"],
      "max-usd": "0.5",
    }],
    ["approve", { "run-id": "r", choice: "yes" }, ["r", "yes"], {}],
    ["list", { kind: "runs", "run-id": ["a"] }, ["runs", "a"], {}],
  ];
  for (const [name, given, args, options] of rows) {
    const { command, exposed } = named(name);
    deepStrictEqual(toolWords(command, exposed, given, false), { args, options }, name);
  }
});

Deno.test("toolWords() refuses what is no such argument, with code and hint", () => {
  const rows: [name: string, given: Record<string, unknown>, code: string, says: RegExp][] = [
    ["status", { limt: 3 }, "unknown_option", /did you mean "limit"/],
    ["logs", { follow: true }, "unknown_option", /it takes .*grep/],
    ["artifacts", { export: "/etc" }, "unknown_option", /export/],
    ["status", { format: "markdown" }, "unknown_option", /format/],
    ["run", { detach: false, pipeline: "p" }, "unknown_option", /detach/],
    ["cancel", { "allow-self": true }, "unknown_option", /allow-self/],
    ["run", { pipeline: "p", "input-file": "-" }, "bad_value", /standard input/],
    ["run", { pipeline: "p", "env-file": "-" }, "bad_value", /standard input/],
    ["status", { all: "yes" }, "bad_value", /true or false/],
    ["status", { pipeline: { a: 1 } }, "bad_value", /a text/],
    ["approve", { choice: "yes" }, "missing_argument", /give run-id, too/],
    ["list", { "run-id": ["a"] }, "missing_argument", /give kind, too/],
  ];
  for (const [name, given, code, says] of rows) {
    const { command, exposed } = named(name);
    try {
      toolWords(command, exposed, given, false);
    } catch (error) {
      if (!(error instanceof WaveError)) throw error;
      deepStrictEqual([name, error.code], [name, code]);
      ok(says.test(`${error.message} ${error.hint}`), `${error.message} ${error.hint}`);
      continue;
    }
    throw new Error(`${name} took ${JSON.stringify(given)}`);
  }
});

Deno.test("fittedCall() starts in the background, waits 50 s at most, and names who answers", () => {
  const rows: [name: string, options: Record<string, string | true>, fitted: object][] = [
    ["run", {}, { detach: true }],
    ["run", { "dry-run": true }, { "dry-run": true }],
    ["resume", {}, { detach: true }],
    ["resume", { plan: true }, { plan: true }],
    ["wait", {}, { timeout: "50s" }],
    ["wait", { timeout: "10s" }, { timeout: "10s" }],
    ["wait", { timeout: "50s" }, { timeout: "50s" }],
    ["wait", { timeout: "51s" }, { timeout: "50s" }],
    // The command says what is wrong with it.
    ["wait", { timeout: "soon" }, { timeout: "soon" }],
    ["cancel", {}, {}],
    ["cancel", { wait: true }, { wait: true, timeout: "50s" }],
    ["approve", {}, { by: "c, over MCP" }],
    ["approve", { by: "ann" }, { by: "ann, over MCP" }],
    ["status", {}, {}],
  ];
  for (const [name, options, fitted] of rows) {
    const { command } = named(name);
    deepStrictEqual(fittedCall(command, { args: [], options }, "c").options, fitted, name);
  }
});

Deno.test("toolInput() has allow-self only where the server was started with it", () => {
  const { command, exposed } = named("cancel");
  const has = (allowSelf: boolean) =>
    "allow-self" in Object(toolInput(command, exposed, allowSelf)["properties"]);
  deepStrictEqual([has(false), has(true)], [false, true]);
});

const texts = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => ({ seq: index, message: "x".repeat(length) }));

Deno.test("bounded() leaves what is short, and says what it cut of the rest", () => {
  const short = { logs: texts(3, 10), truncated: false };
  deepStrictEqual(bounded(short), { json: short, cuts: [] });

  const long = bounded({ answers: [{ text: `${"a".repeat(MOST_UNITS)}end` }] });
  const [answer] = Object(long.json)["answers"];
  ok(/^a{32768}… \[16387 more characters\]$/.test(answer.text), answer.text.slice(-60));
  deepStrictEqual(long.cuts, ["1 texts, to 32768 characters each"]);

  // No character is cut in two.
  const pairs = bounded({ answers: [{ text: `a${"😀".repeat(MOST_UNITS)}` }] });
  ok(/^a(😀)+… \[/u.test(Object(pairs.json)["answers"][0].text));

  const many = bounded({ logs: texts(4000, 40), total: 9, truncated: false });
  const { logs, truncated, total } = Object(many.json);
  deepStrictEqual([logs.at(-1).seq, truncated, total], [3999, true, 9]);
  deepStrictEqual(many.cuts, [`logs: only the last ${logs.length} of 4000`]);

  const both = bounded({ runs: texts(200, 3000), truncated: false });
  ok(JSON.stringify(both.json).length <= MOST_UNITS);
  deepStrictEqual([Object(both.json)["runs"][0].seq, both.cuts.length], [0, 2]);
});
