import { ok, strictEqual } from "node:assert/strict";
import { helpText } from "../../../commands/cliffy/cliffy_tree.ts";
import { COMMANDS } from "../../../commands/registry.ts";

const PLAIN = { colors: false, width: 80 };

Deno.test("helpText() tells of every command, hidden ones too, all that is declared", () => {
  for (const command of COMMANDS) {
    const text = helpText(COMMANDS, command, PLAIN);
    const flat = text.replace(/\s+/g, " ");
    ok(flat.includes(`wave ${command.name}`), command.name);
    ok(flat.includes(command.summary), command.name);
    for (const { name } of command.args) ok(flat.includes(`${name}`), `${command.name} ${name}`);
    for (const [name, { summary, short }] of Object.entries(command.options)) {
      const flags = short === undefined ? `--${name}` : `-${short}, --${name}`;
      ok(flat.includes(flags), `${command.name} ${flags}`);
      ok(flat.includes(summary), `${command.name} --${name}`);
    }
    for (const example of command.examples) ok(flat.includes(example.command), example.command);
    ok(flat.includes("--format") && flat.includes("--help"), command.name);
    ok(text.endsWith("\n") && !/[ \t]$/m.test(text), command.name);
  }
});

Deno.test("helpText() of the program lists the commands that are shown, within the width", () => {
  const text = helpText(COMMANDS, null, PLAIN);
  for (const { name, summary } of COMMANDS) {
    strictEqual(text.includes(name), !name.startsWith("_"), name);
    if (!name.startsWith("_")) ok(text.replace(/\s+/g, " ").includes(summary), name);
  }
  for (const line of text.split("\n")) ok(line.length <= 80, line);
  ok(text.includes("--version"));
});
