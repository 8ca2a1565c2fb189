import assert from "node:assert/strict";
import { columnsOf } from "../../commands/fit_line.ts";
import { project } from "../cli.ts";
import { callProgram } from "../program.ts";

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
