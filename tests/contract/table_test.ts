/** All commands × text and JSON × the conditions of the contract: exit code, stdout and stderr. */
import assert from "node:assert/strict";
import { COMMANDS } from "../../commands/registry.ts";
import { assertSchema } from "../json_schema.ts";
import type { Project } from "../cli.ts";
import { type Cell, CELLS } from "./cells.ts";
import { call, type Called } from "./in_process.ts";
import { placeOf } from "./places.ts";

/** Conditions in which nothing changes, so that their calls share a folder. */
const REFUSALS = ["unknown id", "ambiguous prefix", "bad flag", "bad duration"] as const;
const PLACES = ["no project", "no data", "one run", "many runs"] as const;
const FORMATS = [[], ["--format", "text"], ["--format", "json"]] as const;

function jsonLines(text: string): Record<string, unknown>[] {
  assert.ok(text.endsWith("\n"), "JSON ends with a newline");
  return text.slice(0, -1).split("\n").map((line) => Object(JSON.parse(line)));
}

/** The text of an error: one line that says what, one that says what to type. */
function checkTextError(cell: Cell, { stdout, stderr }: Called): void {
  assert.equal(stdout, "");
  assert.match(stderr, /^error: [^\n]+\n(hint: [^\n]+\n)?$/);
  if ("says" in cell && cell.says !== undefined) assert.match(stderr, cell.says);
}

function checkText(cell: Cell, called: Called): void {
  if ("code" in cell) return checkTextError(cell, called);
  if (cell.stdout === undefined) assert.equal(called.stdout, "");
  else assert.match(called.stdout, cell.stdout);
  if (cell.stderr === undefined) assert.equal(called.stderr, "");
  else assert.match(called.stderr, cell.stderr);
}

function checkJson(cell: Cell, { stdout, stderr }: Called, text: Called): void {
  const [name = ""] = cell.args;
  const lines = jsonLines(stdout);
  for (const line of lines) assertSchema(name, line);
  const last = lines.at(-1) ?? {};
  assert.equal(last["schema_version"], 1);
  assert.equal(stderr, "");
  if (!("code" in cell)) {
    const found = Object.fromEntries(Object.keys(cell.json).map((key) => [key, last[key]]));
    assert.deepEqual(found, cell.json);
    return;
  }
  assertSchema("error", last);
  const { code, message, hint } = Object(last["error"]);
  assert.equal(code, cell.code);
  // The same words as in text, so that whoever reads one knows the other.
  assert.equal(`error: ${message}\n${hint === undefined ? "" : `hint: ${hint}\n`}`, text.stderr);
}

Deno.test("the table has every command that users call", () => {
  const names = COMMANDS.map(({ name }) => name).filter((name) => !name.startsWith("_"));
  assert.deepEqual(
    [...new Set(Object.values(CELLS).map((row) => row["no project"].args[0]))].sort(),
    names.sort(),
  );
});

async function check(cell: Cell, at: () => Promise<Project>): Promise<void> {
  const answers: Called[] = [];
  for (const format of FORMATS) {
    const place = await at();
    const called = await call(place.root, [...cell.args, ...format]);
    assert.equal(called.code, cell.exit, `${called.stdout}${called.stderr}`);
    answers.push(called);
  }
  const [text, table, json] = answers;
  assert.ok(text !== undefined && table !== undefined && json !== undefined);
  checkText(cell, text);
  checkText(cell, table);
  checkJson(cell, json, text);
}

for (const [name, row] of Object.entries(CELLS)) {
  Deno.test(`wave ${name}: exit code, stdout and stderr in every condition`, async (test) => {
    await using places = new AsyncDisposableStack();
    for (const condition of PLACES) {
      const cell = row[condition];
      const fresh = async () => places.use(await placeOf(condition));
      await test.step(`${condition}: ${cell.args.join(" ")}`, () => check(cell, fresh));
    }
    const shared = places.use(await placeOf("many runs"));
    for (const condition of REFUSALS) {
      const cell = row[condition];
      const title = `${condition}: ${cell.args.join(" ")}`;
      await test.step(title, () => check(cell, () => Promise.resolve(shared)));
    }
  });
}

Deno.test("a time limit of zero is refused with an example; an age of zero is an age", async () => {
  await using place = await placeOf("many runs");
  const limits = COMMANDS.flatMap(({ name, options }) =>
    Object.entries(options).flatMap(([option, { kind }]) =>
      kind === "duration" && option !== "older-than" ? [`${name} --${option}`] : []
    )
  );
  assert.equal(limits.length, 5, limits.join(", "));
  for (const limit of limits) {
    const [name = "", option = ""] = limit.split(" ");
    const target = name === "run" ? "a" : name === "do" ? "work" : "@latest";
    const { code, stderr } = await call(place.root, [name, target, option, "0m0s"]);
    assert.equal(code, 2, limit);
    assert.match(stderr, /^error: Cannot use "0m0s" as --timeout: .*longer than 0s\nhint: .*15m/);
  }
  for (const args of [["clean", "--dry-run", "--older-than", "0s"], ["logs", "--since", "0s"]]) {
    assert.equal((await call(place.root, args)).code, 0, args.join(" "));
  }
});

Deno.test("the real program answers as the table has it, in a process of its own", async () => {
  await using place = await placeOf("many runs");
  const calls = Object.values(CELLS).flatMap((row) =>
    FORMATS.slice(1).map((format) => [...row["unknown id"].args, ...format])
  );
  // Two at a time, or the processes would wait for each other.
  const next = calls.values();
  await Promise.all([1, 2].map(async () => {
    for (const args of next) {
      const { code, stdout, stderr } = await place.wave(args);
      assert.deepEqual({ code, stdout, stderr }, await call(place.root, args), args.join(" "));
    }
  }));
});
