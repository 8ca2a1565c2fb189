/** From `wave.yaml` to a manifest, defaults applied. */
import * as z from "zod/mini";
import { type Diagnostic, didYouMean, quote } from "../source/diagnostic.ts";
import { FORGE_TYPES } from "../template/project_values.ts";
import {
  type AdapterSpec,
  type FallbackAgent,
  type Manifest,
  MOCK_ADAPTER,
  type Permissions,
  type Persona,
  type Runtime,
} from "../model/manifest.ts";
import { pathBelow } from "../model/names.ts";
import {
  FOREIGN_ADAPTER_KEYS,
  FOREIGN_MANIFEST_KEYS,
  FOREIGN_PERSONA_KEYS,
} from "./foreign_keys.ts";
import { ADAPTER_KEYS, MANIFEST_KEYS, PERSONA_KEYS, tellNotBuilt } from "./unsupported_keys.ts";
import { checkName } from "./resolve_step.ts";
import { narrowest } from "../../../event/budget.ts";
import { BudgetShape, fallback } from "./pipeline_shape.ts";
import { fallbackOf } from "./resolve_fallback.ts";
import { resolveHooks } from "./resolve_hooks.ts";
import { pricingOf } from "./resolve_pricing.ts";
import { hooks as hookMap } from "./pipeline_shape.ts";
import { fit } from "../source/fit_shape.ts";
import { inMilliseconds } from "./resolve_duration.ts";
import { Report } from "../source/file_diagnostics.ts";
import type { Path, Source } from "../source/yaml_source.ts";

const text = z.string();
const texts = z.array(text);
const positive = z.int().check(z.gte(1));
const ignored = z.optional(z.unknown());

const permissions = z.strictObject({
  allowed_tools: z.optional(texts),
  deny: z.optional(texts),
});

export const AdapterShape = z.strictObject({
  binary: text,
  args: z.optional(texts),
  protocol: z.optional(z.enum(["acp"])),
  mode: z.optional(text),
  output_format: z.optional(text),
  default_model: z.optional(text),
  default_permissions: z.optional(permissions),
  project_files: z.optional(texts),
  tier_models: z.optional(z.record(text, text)),
  env: z.optional(texts),
  hooks_template: ignored,
});

const hooks = z.array(z.strictObject({ matcher: text, command: text }));

export const PersonaShape = z.strictObject({
  adapter: text,
  description: z.optional(text),
  system_prompt_file: z.optional(text),
  temperature: z.optional(z.number().check(z.gte(0), z.lte(2))),
  model: z.optional(text),
  fallback,
  permissions: z.optional(permissions),
  silence_minutes: z.optional(z.number().check(z.gte(0))),
  hooks: z.optional(z.record(text, hooks)),
  sandbox: ignored,
  skills: ignored,
  token_scopes: ignored,
});

export const RuntimeShape = z.strictObject({
  max_concurrent_workers: z.optional(positive),
  max_concurrency: z.optional(positive),
  budget: z.optional(BudgetShape),
  fallback,
  default_timeout_minutes: z.optional(z.number().check(z.positive())),
  silence_minutes: z.optional(z.number().check(z.gte(0))),
  strict_values: z.optional(z.boolean()),
  strict_permissions: z.optional(z.boolean()),
  audit: z.optional(z.strictObject({
    log_dir: ignored,
    log_all_tool_calls: z.optional(z.boolean()),
    log_all_file_operations: z.optional(z.boolean()),
  })),
  relay: z.optional(z.strictObject({
    token_threshold_percent: z.optional(z.number().check(z.gte(1), z.lte(100))),
    strategy: z.optional(text),
    context_window: ignored,
    summarizer_persona: z.optional(text),
  })),
  meta_pipeline: z.optional(z.strictObject({
    max_depth: z.optional(positive),
    max_total_steps: z.optional(positive),
    max_total_tokens: z.optional(positive),
    timeout_minutes: z.optional(z.number().check(z.positive())),
  })),
  routing: ignored,
  sandbox: z.optional(z.strictObject({
    enabled: z.optional(z.boolean()),
    backend: ignored,
    docker_image: ignored,
    default_allowed_domains: ignored,
    env_passthrough: z.optional(texts),
  })),
  workspace_root: ignored,
  pipeline_id_hash_length: ignored,
  timeouts: ignored,
  artifacts: ignored,
  circuit_breaker: ignored,
  retros: ignored,
  cost: ignored,
  fallbacks: ignored,
  stall_timeout: ignored,
});

export const ManifestShape = z.strictObject({
  apiVersion: z.optional(text),
  kind: z.optional(z.enum(["WaveManifest"])),
  metadata: z.optional(z.strictObject({
    name: z.optional(text),
    description: z.optional(text),
    repo: z.optional(text),
    forge: z.optional(text),
  })),
  project: z.optional(z.record(text, z.unknown())),
  adapters: z.optional(z.record(text, z.unknown())),
  personas: z.optional(z.record(text, z.unknown())),
  runtime: z.optional(z.unknown()),
  pricing: z.optional(z.unknown()),
  skill_mounts: z.optional(z.array(z.strictObject({ path: text }))),
  skills: ignored,
  hooks: z.optional(hookMap),
  server: ignored,
  evolution: ignored,
});

export interface ResolvedManifest {
  /** What could be read of it; with errors, parts are missing. */
  readonly manifest: Manifest;
  readonly diagnostics: readonly Diagnostic[];
}

/** Resolves a manifest; of a file that cannot be read, an empty one with its diagnostics. */
export function resolveManifest(source: Source): ResolvedManifest {
  const report = new Report(source);
  const shape = source.data === undefined || source.data === null
    ? {}
    : fit(ManifestShape, source.data, [], report, FOREIGN_MANIFEST_KEYS) ?? {};
  tellNotBuilt(MANIFEST_KEYS, source.data, [], report);
  const adapters = entries(shape.adapters, ["adapters"], report, adapterOf);
  const personas = entries(shape.personas, ["personas"], report, personaOf);
  const known = new Set([...Object.keys(shape.adapters ?? {}), MOCK_ADAPTER]);
  const requireKnown = (adapter: string | null, at: Path) => {
    if (adapter === null || known.has(adapter)) return;
    const meant = didYouMean(adapter, known);
    report.error("unknown_adapter", at, `there is no adapter ${quote(adapter)}`, meant);
  };
  const requireAll = (agents: readonly FallbackAgent[] | undefined, at: Path) =>
    agents?.forEach(({ adapter }, index) =>
      requireKnown(adapter, [...at, "fallback", index, "adapter"])
    );
  for (const persona of Object.values(personas)) {
    const at = ["personas", persona.name];
    requireKnown(persona.adapter, [...at, "adapter"]);
    requireAll(persona.fallback, at);
  }
  const runtime = runtimeOf(shape.runtime, report);
  requireAll(runtime.fallback, ["runtime"]);
  const forge = shape.metadata?.forge ?? null;
  if (forge !== null && !FORGE_TYPES.includes(forge)) {
    report.error(
      "wrong_value",
      ["metadata", "forge"],
      `there is no forge ${quote(forge)}`,
      didYouMean(forge, FORGE_TYPES),
    );
  }
  const manifest: Manifest = {
    name: shape.metadata?.name ?? "",
    description: shape.metadata?.description ?? "",
    forge: forge !== null && FORGE_TYPES.includes(forge) ? forge : null,
    project: projectOf(shape.project ?? {}, report.source),
    adapters,
    personas,
    runtime,
    pricing: pricingOf(shape.pricing, report),
    hooks: resolveHooks(report),
    skillFolders: (shape.skill_mounts ?? []).flatMap(({ path }, index) =>
      below(path, ["skill_mounts", index, "path"], report) ?? []
    ),
  };
  return { manifest, diagnostics: report.diagnostics };
}

function entries<T>(
  data: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  report: Report,
  resolve: (name: string, data: unknown, path: Path, report: Report) => T | null,
): Record<string, T> {
  // Names are the user's, and `constructor` is one: the map has its own properties alone.
  const result: Record<string, T> = Object.create(null);
  for (const [name, each] of Object.entries(data ?? {})) {
    checkName(name, [...path, name], report);
    const resolved = resolve(name, each, [...path, name], report);
    if (resolved !== null) result[name] = resolved;
  }
  return result;
}

function below(path: string, at: Path, report: Report): string | null {
  const result = pathBelow(path);
  if (result === null) {
    report.error(
      "unsafe_path",
      at,
      `"${String(at.at(-1))}" must be a path within the project, not ${quote(path)}`,
    );
  }
  return result;
}

function permissionsOf(shape: z.output<typeof permissions> | undefined): Permissions {
  return { allowedTools: shape?.allowed_tools ?? [], deny: shape?.deny ?? [] };
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*\*?$/;

function variables(names: readonly string[] | undefined, path: Path, report: Report): string[] {
  (names ?? []).forEach((name, index) => {
    if (VARIABLE.test(name)) return;
    report.error("wrong_value", [...path, index], `${quote(name)} is no name of a variable`);
  });
  return [...names ?? []];
}

function adapterOf(name: string, data: unknown, path: Path, report: Report): AdapterSpec | null {
  const shape = fit(AdapterShape, data, path, report, FOREIGN_ADAPTER_KEYS);
  if (shape === null) return null;
  tellNotBuilt(ADAPTER_KEYS, shape, path, report);
  if (shape.mode !== undefined && shape.mode !== "headless") {
    report.warning("not_built", [...path, "mode"], "wave runs every agent headless");
  }
  if (shape.binary.trim() === "") {
    report.error("wrong_value", [...path, "binary"], `"binary" is empty`);
  }
  return {
    name,
    position: report.source.keyAt(path),
    binary: shape.binary,
    args: shape.args ?? [],
    ...shape.protocol === undefined ? {} : { protocol: shape.protocol },
    mode: shape.mode ?? "headless",
    outputFormat: shape.output_format ?? "json",
    defaultModel: shape.default_model ?? null,
    tierModels: shape.tier_models ?? {},
    defaultPermissions: permissionsOf(shape.default_permissions),
    projectFiles: (shape.project_files ?? []).flatMap((file, index) =>
      below(file, [...path, "project_files", index], report) ?? []
    ),
    env: variables(shape.env, [...path, "env"], report),
  };
}

function personaOf(name: string, data: unknown, path: Path, report: Report): Persona | null {
  const shape = fit(PersonaShape, data, path, report, FOREIGN_PERSONA_KEYS);
  if (shape === null) return null;
  tellNotBuilt(PERSONA_KEYS, shape, path, report);
  return {
    name,
    position: report.source.keyAt(path),
    description: shape.description ?? "",
    adapter: shape.adapter,
    systemPromptFile: shape.system_prompt_file === undefined
      ? null
      : below(shape.system_prompt_file, [...path, "system_prompt_file"], report),
    temperature: shape.temperature ?? null,
    model: shape.model ?? null,
    ...shape.fallback === undefined ? {} : { fallback: fallbackOf(shape.fallback) },
    permissions: permissionsOf(shape.permissions),
    silenceMs: inMilliseconds(shape.silence_minutes),
    hooks: shape.hooks ?? {},
  };
}

/** Texts, numbers and lists of the manifest's `project`, one line each. */
function projectOf(
  data: Readonly<Record<string, unknown>>,
  source: Source,
): Record<string, string> {
  const project = Object.fromEntries(
    Object.keys(data).flatMap((name) => {
      // `version: 1.10` is no 1.1.
      const value = source.written(["project", name]);
      if (Array.isArray(value)) return [[name, value.map(String).join(" ")]];
      return typeof value === "object" ? [] : [[name, String(value)]];
    }),
  );
  // Contracts are tested like everything else, unless the manifest says how else.
  const tests = project["test_command"];
  return tests === undefined ? project : { contract_test_command: tests, ...project };
}

/** Used where the manifest says nothing. */
const WORKERS = 5;
const TIMEOUT_MINUTES = 30;
const RELAY_PERCENT = 80;
const NESTING_DEPTH = 8;

function runtimeOf(data: unknown, report: Report): Runtime {
  const shape = data === undefined || data === null
    ? {}
    : fit(RuntimeShape, data, ["runtime"], report) ?? {};
  const nesting = shape.meta_pipeline;
  const env = shape.sandbox?.env_passthrough;
  return {
    maxConcurrentWorkers: shape.max_concurrent_workers ?? shape.max_concurrency ?? WORKERS,
    defaultTimeoutMs: Math.round((shape.default_timeout_minutes ?? TIMEOUT_MINUTES) * 60_000),
    silenceMs: inMilliseconds(shape.silence_minutes),
    ...shape.budget === undefined ? {} : { budget: narrowest(shape.budget) },
    ...shape.fallback === undefined ? {} : { fallback: fallbackOf(shape.fallback) },
    strictValues: shape.strict_values ?? false,
    strictPermissions: shape.strict_permissions ?? false,
    envPassthrough: variables(env, ["runtime", "sandbox", "env_passthrough"], report),
    audit: {
      logAllToolCalls: shape.audit?.log_all_tool_calls ?? true,
      logAllFileOperations: shape.audit?.log_all_file_operations ?? false,
    },
    relay: {
      tokenThresholdPercent: shape.relay?.token_threshold_percent ?? RELAY_PERCENT,
      summarizerPersona: shape.relay?.summarizer_persona ?? null,
    },
    nesting: {
      maxDepth: nesting?.max_depth ?? NESTING_DEPTH,
      maxTotalSteps: nesting?.max_total_steps ?? null,
      maxTotalTokens: nesting?.max_total_tokens ?? null,
      timeoutMs: nesting?.timeout_minutes === undefined
        ? null
        : Math.round(nesting.timeout_minutes * 60_000),
    },
  };
}
