/** Every code block of the pages does what it says, as printed; what cannot be run says why. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { parseArguments } from "../../commands/cli/parse_arguments.ts";
import { COMMANDS } from "../../commands/registry.ts";
import { REPOSITORY } from "../start_program.ts";
import { type Block, fencedBlocks, inlineCalls } from "./fenced_blocks.ts";
import { runCiBlock } from "./ci_blocks.ts";
import { builtProgram } from "../built_program.ts";
import { Scene } from "./scene.ts";

/** `commands.md` is made from the declarations, whose examples have a test of their own. */
const PAGES = ["README.md", "CONTRIBUTING.md", "CLAUDE.md"].concat(
  [...Deno.readDirSync(`${REPOSITORY}docs`)].map(({ name }) => `docs/${name}`)
    .filter((path) => path.endsWith(".md") && path !== "docs/commands.md"),
).toSorted();

/** What is no code, but what a program prints, or a drawing. */
const OUTPUT = "text";

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** The name of the pipeline that a block of YAML is, or null. */
function pipelineName({ language, text }: Block): string | null {
  if (language !== "yaml") return null;
  const value = record(parse(text));
  return "steps" in value && "metadata" in value ? String(record(value["metadata"])["name"]) : null;
}

/** Puts a pipeline where it belongs, and runs it on the mock. */
async function runPipeline(scene: Scene, text: string, name: string): Promise<void> {
  await scene.write(`.wave/pipelines/${name}.yaml`, text);
  const { example = "" } = record(record(parse(text))["input"]);
  // One with named inputs shows them.
  const input = String(example).startsWith("--set ") ? example : '"an input"';
  await scene.must(`wave validate '${name}' && wave run '${name}' ${input} --mock`);
}

/** Takes the manifest for that of the project, with the files that it names. */
async function validateManifest(scene: Scene, text: string, manifest: unknown): Promise<void> {
  const before = await Deno.readTextFile(`${scene.root}/wave.yaml`);
  for (const persona of Object.values(record(record(manifest)["personas"]))) {
    const file = record(persona)["system_prompt_file"];
    if (typeof file === "string") await scene.write(file, "You help.\n");
  }
  // The keys that stand for the whole file come from that of `wave init`.
  await scene.write("wave.yaml", `metadata: { name: reader }\n${text}`);
  try {
    const { code, stdout, stderr } = await scene.bash("wave validate --format json");
    const problems: { file: string; code: string }[] = JSON.parse(stdout)["diagnostics"];
    // The pipelines of `wave init` may name a persona that this one leaves out, and no agent is here.
    const own = problems.filter((each) =>
      each.file === "wave.yaml" && each.code !== "binary_not_found"
    );
    assert.deepEqual(own, [], `exit ${code}: ${stderr}`);
  } finally {
    await scene.write("wave.yaml", before);
  }
}

async function runYaml(scene: Scene, block: Block): Promise<void> {
  const value = record(parse(block.text));
  const pipeline = pipelineName(block);
  if (pipeline !== null) {
    await runPipeline(scene, block.text, pipeline);
  } else if ("personas" in value || "adapters" in value || "runtime" in value) {
    await validateManifest(scene, block.text, value);
  } else {
    await runCiBlock(scene, block.text);
  }
}

/** Runs a block in the scene, after those that stand before it. */
async function runBlock(scene: Scene, block: Block): Promise<void> {
  switch (block.language) {
    case "sh": {
      await scene.must(block.text);
      return;
    }
    case "cron": {
      for (const line of block.text.split("\n").filter((line) => /^[^#\s]/.test(line))) {
        const command = line.split(/\s+/).slice(5).join(" ");
        await scene.must(command.replaceAll("/srv/project", scene.root));
      }
      return;
    }
    case "yaml":
      return await runYaml(scene, block);
    case "json":
      JSON.parse(block.text);
      return;
    default:
      throw new Error(`nothing knows how to run a block of "${block.language}"`);
  }
}

Deno.test("the code of the pages runs as printed", async (t) => {
  const pages = await Promise.all(PAGES.map(async (path) => ({
    path,
    blocks: fencedBlocks(await Deno.readTextFile(REPOSITORY + path)),
  })));
  for (const { path, blocks } of pages) {
    await t.step(path, async (t) => {
      await using scene = await Scene.open(builtProgram());
      await scene.must("wave init");
      // One page uses the pipelines of another.
      for (const block of pages.flatMap((page) => page.blocks)) {
        const name = pipelineName(block);
        if (name !== null) await scene.write(`.wave/pipelines/${name}.yaml`, block.text);
      }
      for (const block of blocks.filter(({ language }) => language !== OUTPUT)) {
        const first = block.text.trim().split("\n")[0];
        const name = `line ${block.line}: ${block.language}: ${first}`;
        if (block.skip !== null) console.log(`skipped: ${path}: ${name}: ${block.skip}`);
        else await t.step(name, () => runBlock(scene, block));
      }
    });
  }
});

/** What stands for something of the reader's. */
function filled(call: string): string {
  return call.replaceAll(/<[^>]*>|\[[^\]]*\]/g, "x").replaceAll(/\s…|…\s/g, " x ");
}

Deno.test("the calls within the text of the pages are calls that there are", async () => {
  const pages = [...PAGES, "docs/commands.md"];
  for (const path of pages) {
    for (const call of inlineCalls(await Deno.readTextFile(REPOSITORY + path))) {
      const words = filled(call).match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
      const end = words.findIndex((word) => /^(&&|\|+|>|;)$/.test(word));
      const argv = words.slice(1, end === -1 ? undefined : end)
        .map((word) => word.replaceAll(/^["']|["']$|[,;:.]$/g, ""));
      // A value may stand for any that fits; only the names are looked at.
      try {
        parseArguments(argv, COMMANDS, Date.now());
      } catch (error) {
        const { code } = Object(error);
        assert.ok(
          !["unknown_command", "unknown_option"].includes(code),
          `${path}: ${call}: ${error}`,
        );
      }
    }
  }
});
