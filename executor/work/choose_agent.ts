/** Chooses the adapter, the model and the environment for a persona. */
import { resolve } from "@std/path";
import type { Adapter, ToolPermissions } from "../adapters/adapter.ts";
import { adapterFor } from "../adapters/known_adapters.ts";
import { permissionsOf } from "../adapters/tool_permissions.ts";
import { OperationError } from "../../event/errors.ts";
import type { RunContext } from "../run/run_context.ts";
import type { Step } from "../language/model/pipeline.ts";
import {
  type AdapterSpec,
  type Manifest,
  MOCK_ADAPTER,
  type Permissions,
} from "../language/model/manifest.ts";

export interface Agent {
  readonly adapter: Adapter;
  readonly model: string | null;
  readonly temperature: number | null;
  readonly permissions: ToolPermissions;
  /** How long it may say nothing while no tool of it works, milliseconds; undefined: for ever. */
  readonly silenceMs: number | undefined;
  /** Names of the variables that its processes get besides the common ones. */
  readonly passthrough: readonly string[];
  /** Relative to the project root. */
  readonly projectFiles: readonly string[];
}

/** Models that are no adapter's own names, but mean one of each. */
const TIERS: ReadonlySet<string> = new Set(["cheapest", "balanced", "strongest"]);

const SILENCE_MS = 600_000;

/** What programs need to run at all, and to tell times as wave reads them; everything else must be named in the manifest. */
const COMMON = ["PATH", "HOME", "TERM", "LANG", "TZ"];

/**
 * The agent that acts as `persona`; every persona is the mock with `--mock`.
 *
 * @throws {OperationError} `no_adapter` when the manifest has no such adapter.
 */
export function chooseAgent(
  context: RunContext,
  persona: string | null,
  overrides: {
    readonly adapter?: string | null;
    readonly model?: string | null;
    readonly silenceMs?: number | null;
    readonly permissions?: Permissions | undefined;
  },
): Agent {
  const { manifest } = context.options;
  const who = persona === null ? undefined : manifest.personas[persona];
  const name = adapterName(context, persona, overrides.adapter);
  const spec = manifest.adapters[name];
  if (spec === undefined && name !== MOCK_ADAPTER) {
    throw new OperationError("no_adapter", `There is no adapter "${name}"`, {
      hint: "name one of `adapters` in wave.yaml",
    });
  }
  const adapter = adapterFor({
    name,
    binary: binaryOf(spec, context.root),
    args: spec?.args ?? [],
    protocol: spec?.protocol ?? null,
  });
  // A program of one's own may say nothing before it is done, and nobody knows how long that takes.
  const silence = overrides.silenceMs ?? who?.silenceMs ?? manifest.runtime.silenceMs ??
    (adapter.kind === "program" && adapter.streams ? SILENCE_MS : 0);
  return {
    adapter,
    silenceMs: silence > 0 ? silence : undefined,
    model: modelFor(spec, overrides.model ?? who?.model ?? null),
    temperature: who?.temperature ?? null,
    permissions: permissionsOf(spec, who, overrides.permissions),
    passthrough: passthroughOf(spec, manifest),
    projectFiles: spec?.projectFiles ?? [],
  };
}

function adapterName(
  { options: { manifest, mock } }: RunContext,
  persona: string | null,
  override: string | null | undefined,
): string {
  const who = persona === null ? undefined : manifest.personas[persona];
  return mock ? MOCK_ADAPTER : override ?? who?.adapter ?? MOCK_ADAPTER;
}

/** Name of the adapter that a step's prompt goes to; null of a step without one. */
export function adapterOf(context: RunContext, { action, persona, adapter }: Step): string | null {
  return action.kind === "prompt" ? adapterName(context, persona, adapter) : null;
}

/** The model that a step's prompt goes to; null for none that is named, and for the mock. */
export function modelOf(context: RunContext, step: Step): string | null {
  if (step.action.kind !== "prompt") return null;
  const { persona, adapter, model } = step;
  const { adapters, personas } = context.options.manifest;
  const name = adapterName(context, persona, adapter);
  const wanted = model ?? (persona === null ? null : personas[persona]?.model ?? null);
  return name === MOCK_ADAPTER ? null : modelFor(adapters[name], wanted);
}

/** A program of the project itself is named by its path from the project's root. */
function binaryOf(spec: AdapterSpec | undefined, root: string): string {
  if (spec === undefined) return MOCK_ADAPTER;
  return spec.binary.includes("/") ? resolve(root, spec.binary) : spec.binary;
}

/** The model of an adapter that is wanted, by its own name or that of a tier. */
export function modelFor(spec: AdapterSpec | undefined, wanted: string | null): string | null {
  const fallback = spec?.defaultModel ?? null;
  if (wanted === null) return fallback;
  return spec?.tierModels[wanted] ?? (TIERS.has(wanted) ? fallback : wanted);
}

function passthroughOf(spec: AdapterSpec | undefined, { runtime }: Manifest): readonly string[] {
  return [...runtime.envPassthrough, ...spec?.env ?? []];
}

/** The part of wave's environment that the processes of an adapter get, `names` besides the adapter's own. */
export function passedTo(
  spec: AdapterSpec,
  manifest: Manifest,
  environment: Readonly<Record<string, string>>,
  names: readonly string[] = [],
): Record<string, string> {
  return filteredEnvironment(environment, [...passthroughOf(spec, manifest), ...names], {});
}

/**
 * The environment of an agent: a few common variables, those passed through, and `own`. A name that ends
 * with `*` passes all variables through that begin so.
 */
export function filteredEnvironment(
  environment: Readonly<Record<string, string>>,
  passthrough: readonly string[],
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const wanted = [...COMMON, ...passthrough];
  const names = new Set(wanted);
  const beginnings = wanted.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  const passes = (name: string) =>
    names.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => passes(name))),
    ...own,
  };
}
