/** A checkout below a folder whose name has a blank and letters that a URL writes otherwise. */
import assert from "node:assert/strict";
import { copySources } from "../copy_sources.ts";
import { buildCommand, REPOSITORY, sourceCommand } from "../start_program.ts";

interface Answer {
  readonly code: number;
  /** Stdout, then stderr. */
  readonly text: string;
}

async function run(cwd: string, program: string, ...args: string[]): Promise<Answer> {
  const env = { NO_COLOR: "1" };
  const output = await new Deno.Command(program, { args, cwd, env, stdin: "null" }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    text: decoder.decode(output.stdout) + decoder.decode(output.stderr),
  };
}

Deno.test("everything works in a checkout below a folder with a blank and an ünï", async (t) => {
  const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "wave-test-" }));
  const folder = `${top}/with blank/ünï`;
  await copySources(folder);
  const there = (words: readonly string[]) =>
    words.map((word) => word.replaceAll(REPOSITORY, `${folder}/`));
  const deno = Deno.execPath();

  await t.step("the build makes a program there, and nothing elsewhere", async () => {
    const [, ...args] = there(buildCommand(`${folder}/dist`));
    assert.deepEqual(await run(folder, deno, ...args), { code: 0, text: "built dist/wave\n" });
    const beside = [top, `${top}/with blank`].flatMap((path) => [...Deno.readDirSync(path)]);
    assert.deepEqual(beside.map(({ name }) => name).toSorted(), ["with blank", "ünï"].toSorted());
  });

  await t.step("the program runs there, and starts itself once more", async () => {
    const project = `${folder}/a project`;
    await Deno.mkdir(project);
    for (const words of [["init"], ["run", "hello-world", "hi"]]) {
      const answer = await run(project, `${folder}/dist/wave`, ...words);
      assert.equal(answer.code, 0, answer.text);
    }
    const [, ...sources] = there(sourceCommand(`${REPOSITORY}main.ts`));
    const detached = await run(project, deno, ...sources, "run", "hello-world", "hi", "--detach");
    assert.equal(detached.code, 0, detached.text);
    const waited = await run(project, `${folder}/dist/wave`, "wait", "@latest");
    assert.equal(waited.code, 0, waited.text);
  });

  await t.step("lint holds the layers there", async () => {
    const clean = await run(folder, deno, "lint", "event", "commands");
    assert.equal(clean.code, 0, clean.text);
    await Deno.writeTextFile(
      `${folder}/event/wrong.ts`,
      'export * from "../commands/status.ts";\n',
    );
    const { code, text } = await run(folder, deno, "lint", "event");
    assert.equal(code, 1, text);
    assert.match(text, /event must not import commands/);
  });

  await t.step("tests pass there", async () => {
    const files = ["tests/lint/imports_test.ts", "tests/commands/init_test.ts"];
    const flags = there(sourceCommand("").slice(2, -1));
    const tested = await run(folder, deno, "test", ...flags, ...files);
    assert.equal(tested.code, 0, tested.text);
  });

  await Deno.remove(top, { recursive: true });
});
