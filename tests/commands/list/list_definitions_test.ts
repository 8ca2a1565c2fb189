import assert from "node:assert/strict";
import { columnsOf } from "../../../commands/output/fit_line.ts";
import { project } from "../../cli.ts";
import { assertSchema } from "../../json_schema.ts";
import { callProgram } from "../../program.ts";

const STEPS = ["collect", "summarise", "review", "publish"]
  .map((id) => `  - { id: ${id}, type: command, script: "true" }\n`);
const FILES = {
  ".wave/pipelines/report.yaml":
    `metadata: { name: report, description: Gathers what has changed since the last report, and reports }\nsteps:\n${
      STEPS.join("")
    }`,
};

Deno.test("list fits the terminal, and shows more where stdout is none", async () => {
  await using place = await project(FILES);
  for (const columns of [80, 120]) {
    const { stdout } = await callProgram(["list"], { cwd: place.root, columns });
    const widths = stdout.split("\n").map(columnsOf);
    assert(Math.max(...widths) <= columns, stdout);
    assert.match(stdout, /report /);
  }
  const piped = await callProgram(["list"], { cwd: place.root });
  assert.match(piped.stdout, /collect summarise review publish$/m);
});

Deno.test("list says that there is nothing, and that the manifest is broken, in text and JSON", async () => {
  await using place = await project({ "wave.yaml": "personas: [\n" });
  const personas = await place.wave(["list", "personas"]);
  assert.deepEqual([personas.code, personas.stdout], [0, ""]);
  assert.match(
    personas.stderr,
    /^warning: wave\.yaml:\S+ error: .*\nno personas in this project\n$/,
  );
  const json = (await place.wave(["list", "personas", "--format", "json"])).json();
  assertSchema("list", json);
  assert.match(String(json["manifest_error"]), /^wave\.yaml:\S+ error: /);
  assert.deepEqual(json["personas"], []);
  const all = await place.wave(["list"]);
  assert.match(all.stdout, /^pipelines\nnone\n\npersonas\nnone\n\nadapters\nAdapter /);
});
