/** What a project defines: the half of `wave list` that is not about runs (contract, section 3). */
import { type Diagnostic, render, sorted } from "../../executor/language/source/diagnostic.ts";
import { MANIFEST_FILE, pipelineNames } from "../../executor/language/load_definitions.ts";
import { type Manifest, MOCK_ADAPTER } from "../../executor/language/model/manifest.ts";
import type { JsonObject } from "../../event/json.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import { needsInput } from "../../executor/planning/uses_input.ts";
import { unenforcedOf } from "../../executor/adapters/unenforced_rules.ts";
import { findProgram } from "../../executor/processes/find_program.ts";
import { resolveManifest } from "../../executor/language/resolve/resolve_manifest.ts";
import { readPipeline } from "../../executor/language/resolve/resolve_pipeline.ts";
import { readSource } from "../../executor/language/source/yaml_source.ts";

export type DefinitionKind = "pipelines" | "personas" | "adapters";

export interface ListedPipeline {
  readonly name: string;
  readonly description: string;
  /** Ids, in the order of the file; empty when the file is broken. */
  readonly steps: readonly string[];
  readonly file: string;
  readonly category: string | null;
  readonly disabled: boolean;
  /** Null when the file is broken. */
  readonly input: ListedInput | null;
  /** The first error of a broken file, or null. */
  readonly error: string | null;
}

export interface ListedInput {
  readonly type: string | null;
  readonly description: string | null;
  readonly example: string | null;
  /** True when a run is refused without one. */
  readonly required: boolean;
  readonly default: string | null;
  readonly schema: JsonObject | null;
}

export interface ListedPersona {
  readonly name: string;
  readonly description: string;
  readonly adapter: string;
  readonly model: string | null;
  readonly allowed_tools: readonly string[];
  readonly denied_tools: readonly string[];
  /** Rules that its adapter cannot enforce; empty when all of them are. */
  readonly not_enforced: readonly string[];
}

export interface ListedAdapter {
  readonly name: string;
  readonly binary: string;
  readonly mode: string;
  /** Whether the binary is there. */
  readonly found: boolean;
  readonly path: string | null;
}

export interface Definitions {
  readonly pipelines: readonly ListedPipeline[];
  readonly personas: readonly ListedPersona[];
  readonly adapters: readonly ListedAdapter[];
  /** The first error of the manifest, or null. */
  readonly manifestError: string | null;
}

/**
 * All definitions of a project, each list by name. A broken file is listed with its first error.
 *
 * @param path The value of `PATH`.
 */
export function readDefinitions(root: string, path: string): Definitions {
  const { manifest, diagnostics } = resolveManifest(readSource(root, MANIFEST_FILE));
  const problems = diagnostics.filter(({ code }) => code !== "file_not_found");
  return {
    pipelines: listPipelines(root, manifest),
    personas: byName(Object.values(manifest.personas)).map((persona) => ({
      name: persona.name,
      description: persona.description,
      adapter: persona.adapter,
      model: persona.model,
      allowed_tools: persona.permissions.allowedTools,
      denied_tools: persona.permissions.deny,
      not_enforced: unenforcedOf(manifest, persona.name)?.rules ?? [],
    })),
    adapters: listAdapters(root, manifest, path),
    manifestError: firstError(problems),
  };
}

function listPipelines(root: string, manifest: Manifest): ListedPipeline[] {
  const names = pipelineNames(root);
  const project = { root, manifest, pipelines: new Set(names.keys()) };
  return [...names].map(([name, file]) => {
    const { pipeline, diagnostics } = readPipeline(file, project);
    return {
      name,
      description: pipeline?.description ?? "",
      steps: pipeline?.steps.map(({ id }) => id) ?? [],
      file,
      category: pipeline?.category ?? null,
      disabled: pipeline?.disabled ?? false,
      input: pipeline === null ? null : listedInput(pipeline, root, manifest),
      error: firstError(diagnostics),
    };
  });
}

function listedInput(pipeline: Pipeline, root: string, manifest: Manifest): ListedInput {
  const { type, description, example, default: fallback, schema } = pipeline.input;
  const required = needsInput(pipeline, root, manifest);
  return { type, description, example, required, default: fallback, schema };
}

function listAdapters(root: string, manifest: Manifest, path: string): ListedAdapter[] {
  const builtIn = { name: MOCK_ADAPTER, binary: MOCK_ADAPTER, mode: "built-in" };
  const own = Object.values(manifest.adapters).filter(({ name }) => name !== MOCK_ADAPTER);
  return byName([builtIn, ...own]).map(({ name, binary, mode }) => {
    const isMock = name === MOCK_ADAPTER || binary === MOCK_ADAPTER;
    const found = isMock ? null : findProgram(binary, path, root);
    return { name, binary, mode, found: isMock || found !== null, path: found };
  });
}

function firstError(diagnostics: readonly Diagnostic[]): string | null {
  const error = sorted(diagnostics).find(({ severity }) => severity === "error");
  return error === undefined ? null : render(error);
}

function byName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
