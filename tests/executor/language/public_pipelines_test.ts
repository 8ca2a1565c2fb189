/**
 * Published pipelines of other people must load without a false error. They are not part of this
 * repository: `WAVE_PUBLIC_PIPELINES` names a folder with projects in it, each with its `wave.yaml` and
 * its pipelines in `.wave/pipelines`, `.agents/pipelines` or `pipelines`.
 */
import assert from "node:assert/strict";
import { Ajv, type ErrorObject } from "ajv";
import { parse } from "yaml";
import { pipelineFileSchema } from "../../../executor/language/file_schemas.ts";
import type { Position } from "../../../executor/language/model/source_text.ts";
import { type Diagnostic, render } from "../../../executor/language/source/diagnostic.ts";
import { resolveManifest } from "../../../executor/language/resolve/resolve_manifest.ts";
import { readPipeline } from "../../../executor/language/resolve/resolve_pipeline.ts";
import { readSource, type Source } from "../../../executor/language/source/yaml_source.ts";

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
  // Forms that only some older versions of their program had.
  /a step does one thing, and this one has pipeline and loop/,
  /"type" must be worktree, directory or folder, not the text "mount"/,
  /a step of "type: (command|gate)" needs "(script|gate)"/,
];

function filesIn(folder: string, filter: (entry: Deno.DirEntry) => boolean): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(filter).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** What is wrong with the form of a file, which its schema can tell. */
const OF_FORM = /^(unknown_key|wrong_type|missing_key)$/;

/** Where the schema refuses what `validate` does not tell there, or takes what is an error of form. */
function disagreements(
  source: Source,
  told: readonly Diagnostic[],
  refused: readonly ErrorObject[],
): string[] {
  const isTold = ({ line, column }: Position) =>
    told.some((each) => each.line === line && each.column === column);
  const silent = refused.filter(({ instancePath, params }) => {
    const path = instancePath.split("/").slice(1).map((part) =>
      /^\d+$/.test(part) ? Number(part) : part.replaceAll("~1", "/").replaceAll("~0", "~")
    );
    const { additionalProperty: key } = params;
    const at = typeof key === "string" ? [...path, key] : path;
    return !isTold(source.keyAt(at)) && !isTold(source.at(at));
  });
  const errors = told.filter(({ severity, code }) => severity === "error" && OF_FORM.test(code));
  return [
    ...silent.map(({ instancePath, message }) => `the schema alone: ${instancePath} ${message}`),
    ...refused.length > 0 ? [] : errors.map((each) => `validate alone: ${render(each)}`),
  ];
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
        const path = `${folder}/${file}`;
        const told = readPipeline(path, { root, manifest, pipelines }).diagnostics;
        found.push(...told);
        const source = readSource(root, path);
        fits(parse(Deno.readTextFileSync(`${root}/${path}`)));
        misfits.push(
          ...disagreements(source, told, fits.errors ?? []).map((each) =>
            `${name}/${file}: ${each}`
          ),
        );
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
  assert.deepEqual(misfits, [], "where the JSON Schema of pipelines and validate disagree");
  assert.deepEqual(errors.filter((error) => !RIGHTLY.some((right) => right.test(error))), []);
});
