import assert from "node:assert/strict";
import { type InputSources, readInput } from "../../../commands/execution/run_input.ts";

Deno.test("readInput() takes one source", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/in.txt`, "from a file\n");
    const cases: [InputSources, string | undefined][] = [
      [{}, undefined],
      [{ argument: "a" }, "a"],
      [{ argument: "" }, ""],
      [{ input: "b" }, "b"],
      [{ inputFile: "in.txt" }, "from a file\n"],
      [{ inputFile: `${folder}/in.txt` }, "from a file\n"],
    ];
    for (const [sources, input] of cases) assert.equal(await readInput(sources, folder), input);
    await assert.rejects(readInput({ argument: "a", input: "b" }, folder), {
      code: "too_many_inputs",
      exitCode: 2,
    });
    await assert.rejects(readInput({ inputFile: "none" }, folder), {
      code: "input_unreadable",
      message: `Cannot read the input from "${folder}/none": No such file or directory`,
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
