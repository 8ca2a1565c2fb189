/** Loads a project's definitions for a run, or says everything that is wrong with them. */
import { NotFoundError, UsageError } from "../../event/errors.ts";
import { type Diagnostic, didYouMean, quote, render, sorted } from "./source/diagnostic.ts";
import type { Manifest } from "./model/manifest.ts";
import type { Pipeline } from "./model/pipeline.ts";
import { resolveManifest } from "./resolve/resolve_manifest.ts";
import { readPipeline } from "./resolve/resolve_pipeline.ts";
import { readSource } from "./source/yaml_source.ts";

export const MANIFEST_FILE = "wave.yaml";
const PIPELINE_FOLDER = ".wave/pipelines";

/** Problems named in an error's message; the rest are counted. */
const SHOWN = 5;

/** Is told the warnings of a file that has no errors; not called where there are none. */
export type TellWarnings = (warnings: readonly Diagnostic[]) => void;

/**
 * The manifest of a project. A project without the file has an empty one.
 *
 * @param file another file instead, relative to the root, which has to be there.
 * @throws {UsageError} `invalid_manifest`, with the first problems in the message; `manifest_not_found`.
 */
export function loadManifest(root: string, tell?: TellWarnings, file?: string): Manifest {
  const source = readSource(root, file ?? MANIFEST_FILE);
  if (source.diagnostics.some(({ code }) => code === "file_not_found")) {
    if (file !== undefined) {
      throw new UsageError("manifest_not_found", `Cannot find the manifest ${quote(file)}`);
    }
    return resolveManifest({ ...source, diagnostics: [] }).manifest;
  }
  const { manifest, diagnostics } = resolveManifest(source);
  refuse("invalid_manifest", "The manifest is invalid", diagnostics);
  tellWarnings(diagnostics, tell);
  return manifest;
}

/**
 * A pipeline by its name.
 *
 * @throws {NotFoundError} `pipeline_not_found`, with the nearest name in the hint.
 * @throws {UsageError} `invalid_pipeline`, with the first problems in the message.
 */
export function loadPipeline(
  root: string,
  name: string,
  manifest: Manifest,
  tell?: TellWarnings,
): Pipeline {
  const names = pipelineNames(root);
  const { pipeline, diagnostics } = readPipeline(requirePipeline(name, names), {
    root,
    manifest,
    pipelines: new Set(names.keys()),
  });
  refuse("invalid_pipeline", `The pipeline ${name} is invalid`, diagnostics);
  tellWarnings(diagnostics, tell);
  if (pipeline === null) throw new Error(`pipeline ${name} has neither a model nor an error`);
  return pipeline;
}

/**
 * The file of a pipeline.
 *
 * @throws {NotFoundError} `pipeline_not_found`, with the nearest name in the hint.
 */
export function requirePipeline(name: string, files: ReadonlyMap<string, string>): string {
  const file = files.get(name);
  if (file !== undefined) return file;
  const withoutEnding = name.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
  const hint = withoutEnding !== name && files.has(withoutEnding)
    ? `its name is ${quote(withoutEnding)}`
    : didYouMean(name, files.keys()) ?? "wave list pipelines";
  throw new NotFoundError("pipeline_not_found", `There is no pipeline ${quote(name)}`, { hint });
}

/**
 * Files of all pipelines by name, in the order of names. Of two files `.yaml` comes before `.yml`; hidden
 * files are companions of others (`._x.yaml`, `.#x.yaml`) and no pipelines.
 */
export function pipelineNames(root: string): Map<string, string> {
  const found = new Map<string, string>();
  try {
    const files = [...Deno.readDirSync(`${root}/${PIPELINE_FOLDER}`)]
      .filter(({ isDirectory, name }) => !isDirectory && /^[^.].*\.ya?ml$/.test(name))
      .map((entry) => entry.name).sort();
    for (const file of files) {
      const name = file.replace(/\.ya?ml$/, "");
      if (!found.has(name)) found.set(name, `${PIPELINE_FOLDER}/${file}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
  return found;
}

function tellWarnings(diagnostics: readonly Diagnostic[], tell?: TellWarnings): void {
  const warnings = sorted(diagnostics).filter(({ severity }) => severity === "warning");
  if (warnings.length > 0) tell?.(warnings);
}

function refuse(code: string, message: string, diagnostics: readonly Diagnostic[]): void {
  const errors = sorted(diagnostics).filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  const shown = errors.slice(0, SHOWN).map(render);
  const more = errors.length - shown.length;
  const tail = more > 0 ? [`and ${more} more`] : [];
  throw new UsageError(code, [`${message}:`, ...shown, ...tail].join("\n"), {
    hint: "wave validate shows every problem",
  });
}
