/**
 * Published pipelines of other people must load without a false error. They are not part of this
 * repository: `WAVE_PUBLIC_PIPELINES` names a folder with projects in it, each with its `wave.yaml` and
 * its pipelines in `.wave/pipelines`, `.agents/pipelines` or `pipelines`.
 */
import assert from "node:assert/strict";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { pipelineFileSchema } from "../../../executor/language/file_schemas.ts";
import { render } from "../../../executor/language/source/diagnostic.ts";
import { resolveManifest } from "../../../executor/language/resolve/resolve_manifest.ts";
import { readPipeline } from "../../../executor/language/resolve/resolve_pipeline.ts";
import { readSource } from "../../../executor/language/source/yaml_source.ts";

const FOLDERS = [".wave/pipelines", ".agents/pipelines", "pipelines"];

/** What is rightly refused in them. */
const RIGHTLY = [
  // Files that a pipeline names and its project does not have.
  /there is no (file|prompt file) /,
  // Checks, permissions and limits that wave does not have, and would not keep.
  / guards something, and wave does not: /,
  /wave cannot check a contract /,
  // Outcomes and operators that edges never had.
  /the condition ".*" cannot be read/,
  // Prompts that explain templates, without the backslash that keeps braces.
  /this names no value/,
  // A path in which no value would be filled in.
  /takes no values of the run/,
];

function filesIn(folder: string, filter: (entry: Deno.DirEntry) => boolean): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(filter).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

Deno.test("published pipelines validate without a false error", () => {
  const base = Deno.env.get("WAVE_PUBLIC_PIPELINES");
  if (base === undefined) {
    console.log("skipped: WAVE_PUBLIC_PIPELINES names no folder with published pipelines");
    return;
  }
  const errors: string[] = [];
  const warnings = new Map<string, number>();
  const misfits: string[] = [];
  const fits = new Ajv({ allErrors: true, strict: false }).compile(pipelineFileSchema());
  let count = 0;
  for (const name of filesIn(base, ({ isDirectory }) => isDirectory)) {
    const root = `${base}/${name}`;
    const { manifest, diagnostics } = resolveManifest(readSource(root, "wave.yaml"));
    const found = [...diagnostics];
    for (const folder of FOLDERS) {
      const files = filesIn(`${root}/${folder}`, (entry) => entry.name.endsWith(".yaml"));
      const pipelines = new Set(files.map((file) => file.replace(/\.yaml$/, "")));
      for (const file of files) {
        count++;
        found.push(
          ...readPipeline(`${folder}/${file}`, { root, manifest, pipelines }).diagnostics,
        );
        fits(parse(Deno.readTextFileSync(`${root}/${folder}/${file}`)));
        for (const { instancePath, message } of fits.errors ?? []) {
          misfits.push(`${name}/${file}: ${instancePath} ${message}`);
        }
      }
    }
    for (const diagnostic of found) {
      if (diagnostic.severity === "error") errors.push(`${name}: ${render(diagnostic)}`);
      const kind = `${diagnostic.severity} ${diagnostic.code}`;
      warnings.set(kind, (warnings.get(kind) ?? 0) + 1);
    }
  }
  console.log(`${count} pipelines; ${JSON.stringify(Object.fromEntries(warnings))}`);
  assert.ok(count > 0);
  assert.deepEqual(misfits, [], "what the JSON Schema of pipelines refuses");
  assert.deepEqual(errors.filter((error) => !RIGHTLY.some((right) => right.test(error))), []);
});
