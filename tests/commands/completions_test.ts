import { deepStrictEqual, ok } from "node:assert/strict";
import { COMMANDS } from "../../commands/registry.ts";
import { type Project, project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";
import { holdOwner, seedRuns } from "../seed.ts";

const START = Date.UTC(2026, 1, 2);

async function seeded(): Promise<Project> {
  const p = await project({
    "wave.yaml": `
adapters: { mock: { binary: mock } }
personas: { author: { adapter: mock, description: Writes, system_prompt_file: author.md } }
`,
    "author.md": "Write.\n",
    ".wave/pipelines/review.yaml":
      "steps: [{ id: look, type: command, script: ls }, { id: tell, type: command, script: ls }]",
    ".wave/pipelines/report.yml": "",
    ".wave/pipelines/named.yaml":
      "input: { schema: { type: object, properties: { kind: { enum: [bug, feature] }, count: {} } } }\n" +
      "steps: [{ id: a, type: command, script: ls }]\n",
  });
  await seedRuns(p.root, [
    { id: "debug-1", startedAt: START, steps: [{ id: "plan" }, { id: "fix" }] },
    { id: "review-1", startedAt: START + 1000, steps: [{ id: "read" }] },
  ]);
  return p;
}

Deno.test("__complete offers commands, options, choices, and what the project has", async () => {
  await using p = await seeded();
  const candidates = async (...words: string[]) =>
    (await p.wave(["__complete", "--", ...words])).stdout.split("\n").filter(Boolean)
      .map((line) => line.split("\t")[0]);
  const visible = COMMANDS.map(({ name }) => name).filter((name) => !name.startsWith("_"));
  deepStrictEqual(await candidates(""), visible);
  deepStrictEqual(await candidates("comp"), ["completions"]);
  deepStrictEqual(await candidates("completions", "z"), ["zsh"]);
  deepStrictEqual(await candidates("status", "--wa"), ["--watch"]);
  deepStrictEqual(await candidates("status", ""), ["review-1", "debug-1", "@latest"]);
  deepStrictEqual(await candidates("status", "deb"), ["debug-1"]);
  deepStrictEqual(await candidates("status", "debug-1", "@"), ["@latest"]);
  deepStrictEqual(await candidates("status", "--pipeline", "re"), ["report", "review"]);
  deepStrictEqual(await candidates("status", "--pipeline=rev"), ["review"]);
  deepStrictEqual(await candidates("status", "--status", "failed,can"), ["failed,cancelled"]);
  deepStrictEqual(await candidates("status", "--format", "j"), ["json"]);
  deepStrictEqual(await candidates("list", "ru"), ["runs"]);
  deepStrictEqual(await candidates("list", "runs", "debug"), ["debug-1"]);
  deepStrictEqual(await candidates("nonsense", "--x", "y"), []);
  const json = await p.wave(["__complete", "--format", "json", "--", "status", "d"]);
  assertSchema("__complete", json.json());
});

Deno.test("__complete offers what can be cancelled, steps of a pipeline, and says what they are", async () => {
  await using p = await seeded();
  await seedRuns(p.root, [{ id: "live-1", status: "running", startedAt: Date.now() }]);
  await using _lock = await holdOwner(p.root, "live-1");
  const offered = async (...words: string[]) =>
    (await p.wave(["__complete", "--", ...words])).stdout;
  deepStrictEqual(await offered("cancel", ""), "live-1\trunning\n");
  deepStrictEqual(await offered("wait", "deb"), "");
  deepStrictEqual(await offered("status", "deb"), "debug-1\tcompleted\n");
  deepStrictEqual(await offered("run", "review", "--from-step", ""), "look\t\ntell\t\n");
  deepStrictEqual(await offered("logs", "--step", ""), "one\tcompleted\n");
  deepStrictEqual(await offered("do", "x", "--persona", "a"), "author\tWrites\n");
});

Deno.test("__complete stays silent where there is no project", async () => {
  await using p = await project({}, { bare: true });
  const result = await p.wave(["__complete", "--", "status", ""]);
  deepStrictEqual([result.code, result.stdout, result.stderr], [0, "", ""]);
});

Deno.test("completion scripts are valid for their shells", async () => {
  await using p = await project({}, { bare: true });
  for (const shell of ["bash", "zsh", "fish"]) {
    const printed = await p.wave(["completions", shell]);
    deepStrictEqual([printed.code, printed.stderr], [0, ""]);
    assertSchema("completions", (await p.wave(["completions", shell, "--format", "json"])).json());
    await p.write(`wave.${shell}`, printed.stdout);
    const found = await p.shell(`command -v ${shell}`);
    if (found.code !== 0) {
      console.log(`skipped: ${shell} is not installed, so its script was not parsed`);
      continue;
    }
    const parsed = await p.shell(`${shell} -n wave.${shell}`);
    deepStrictEqual([parsed.code, parsed.stderr], [0, ""], shell);
  }
});

Deno.test("the bash script completes words, and values behind an equals sign", async () => {
  await using p = await seeded();
  const complete = async (...words: string[]) => {
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const result = await p.shell(`
      eval "$(wave completions bash)"
      COMP_WORDS=(wave ${quoted}); COMP_CWORD=${words.length}
      _wave; printf '%s\\n' "\${COMPREPLY[@]}"`);
    ok(result.stderr === "", result.stderr);
    return result.stdout.split("\n").filter(Boolean);
  };
  deepStrictEqual(await complete("sta"), ["status"]);
  deepStrictEqual(await complete("status", "deb"), ["debug-1"]);
  deepStrictEqual(await complete("status", "--pipeline", "=", "rev"), ["review"]);
  deepStrictEqual(await complete("logs", "--format", "="), ["table", "text", "json"]);
  deepStrictEqual(await complete("run", "named", "--set", ""), ["kind=", "count="]);
  deepStrictEqual(await complete("run", "named", "--set", "ki"), ["kind="]);
  deepStrictEqual(await complete("run", "named", "--set", "kind", "="), ["bug", "feature"]);
  deepStrictEqual(await complete("run", "named", "--set", "kind", "=", "f"), ["feature"]);
  deepStrictEqual(await complete("run", "named", "--set", "=", "kind", "=", "f"), ["feature"]);
});
