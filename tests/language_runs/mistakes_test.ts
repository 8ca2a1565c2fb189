/** The table of mistakes, as `wave validate` and `wave run` tell them. */
import assert from "node:assert/strict";
import { MISTAKES } from "../executor/language/mistakes.ts";
import { FILES } from "../executor/language/project.ts";
import { project } from "../cli.ts";
import { ended } from "./observe.ts";

interface Diagnostic {
  readonly severity: string;
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

Deno.test("every mistake of the table is told at once, in text and JSON, with exit code 2", async () => {
  const mistakes = Object.values(MISTAKES).map((mistake, index) => {
    const before = mistake.yaml.slice(0, mistake.yaml.indexOf("§"));
    return {
      ...mistake,
      name: `p${index}`,
      file: `.wave/pipelines/p${index}.yaml`,
      line: before.split("\n").length,
      column: before.length - before.lastIndexOf("\n"),
    };
  });
  await using place = await project({
    ...FILES,
    ".wave/pipelines/other.yaml": "steps: [{ id: a, type: command, script: 'true' }]\n",
    ...Object.fromEntries(mistakes.map(({ file, yaml }) => [file, yaml.replace("§", "")])),
  });
  const json = ended(await place.wave(["validate", "--format", "json"]), 2).json();
  assert.equal(json["valid"], false);
  const diagnostics = json["diagnostics"] as Diagnostic[];
  const text = ended(await place.wave(["validate"]), 2).stdout;
  for (const { code, severity = "error", file, line, column, yaml } of mistakes) {
    const found = diagnostics.find((each) => each.file === file && each.code === code);
    assert.deepEqual(
      found && [found.severity, found.line, found.column],
      [severity, line, column],
      yaml,
    );
    assert.ok(text.includes(`${file}:${line}:${column}: ${severity}: `), yaml);
  }
  const wrong = mistakes.filter(({ severity }) => severity === undefined);
  assert.ok(wrong.length >= 40);
  // A pipeline with a mistake never runs.
  for (const { name, file, line, column } of wrong.filter((_, index) => index % 12 === 0)) {
    const { stderr } = ended(await place.wave(["run", name]), 2);
    assert.ok(stderr.includes(`${file}:${line}:${column}: error: `), stderr);
  }
  ended(await place.wave(["status", "@latest"]), 3);
});
