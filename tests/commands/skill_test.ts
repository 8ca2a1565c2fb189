/** The skill that `wave init --skill` writes says what is true. */
import assert from "node:assert/strict";
import { SKILL_TEMPLATE } from "../../commands/init/templates.ts";
import { parseArguments } from "../../commands/cli/parse_arguments.ts";
import { optionsOf } from "../../commands/cli/check_call.ts";
import { COMMANDS } from "../../commands/registry.ts";
import { schemaOf } from "../../commands/schema/output_schemas.ts";
import { project } from "../cli.ts";
import { call } from "../contract/in_process.ts";
import { inlineCalls } from "../docs/fenced_blocks.ts";

const PATH = ".claude/skills/wave/SKILL.md";
const TEXT = SKILL_TEMPLATE[PATH] ?? "";

Deno.test("init --skill writes the skill alone, and keeps one that is there", async () => {
  await using place = await project({});
  const first = await call(place.root, ["init", "--skill"]);
  assert.deepEqual([first.code, first.stdout], [0, `wrote ${PATH}\n`]);
  assert.equal(await Deno.readTextFile(`${place.root}/${PATH}`), TEXT);
  await place.write(PATH, "mine");
  const again = await call(place.root, ["init", "--skill"]);
  assert.deepEqual([again.code, again.stdout], [0, ""]);
  assert.match(again.stderr, /^kept, as it was there already: \.claude/);
  assert.equal(await Deno.readTextFile(`${place.root}/${PATH}`), "mine");
});

Deno.test("the skill has a name and a description as agents read them", () => {
  const [, head = ""] = /^---\n([\s\S]*?)\n---\n/.exec(TEXT) ?? [];
  const { name, description } = Object.fromEntries(
    head.split("\n").map((
      line,
    ) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  assert.equal(name, "wave");
  assert.ok(description !== undefined && description.length > 50 && description.length <= 1024);
});

Deno.test("each call in the skill is one that wave takes", () => {
  const calls = inlineCalls(TEXT);
  assert.ok(calls.length > 20);
  for (const text of calls) {
    // What stands for something of the reader's.
    const words = text.replaceAll(/<[^>]*>/g, "x").match(/"[^"]*"|\S+/g) ?? [];
    parseArguments(words.slice(1).map((word) => word.replaceAll('"', "")), COMMANDS, Date.now());
  }
});

Deno.test("each option and key that the skill names is there", () => {
  const known = new Set(COMMANDS.flatMap((command) => Object.keys(optionsOf(command))));
  for (const [, name = ""] of TEXT.matchAll(/--([a-z][a-z-]+)/g)) {
    assert.ok(known.has(name), `--${name}`);
  }
  const status = JSON.stringify(schemaOf("status"));
  for (const key of ["waiting_for", "liveness", "interrupted", "unknown"]) {
    assert.ok(TEXT.includes(key) && status.includes(`"${key}"`), key);
  }
});
