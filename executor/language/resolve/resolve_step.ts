/** From a step as it is written to one that can be run, defaults applied. */
import { narrowest } from "../../../event/budget.ts";
import { inMilliseconds } from "./resolve_duration.ts";
import { quote } from "../source/diagnostic.ts";
import { STEP_KEYS, tellNotBuilt } from "./unsupported_keys.ts";
import { checkPlainTexts } from "../check/plain_texts.ts";
import { FOREIGN_STEP_KEYS } from "./foreign_keys.ts";
import { pathBelow } from "../model/names.ts";
import { isName, NAME_RULE } from "../../../event/identity.ts";
import type {
  Compaction,
  Injection,
  Mount,
  OutcomeSpec,
  OutputArtifact,
  Step,
  Workspace,
} from "../model/pipeline.ts";
import { type MountShape, StepShape } from "./pipeline_shape.ts";
import { type ActionContext, resolveAction } from "./resolve_action.ts";
import { contractShapes, resolveContract } from "./resolve_contract.ts";
import { resolveEnv } from "./resolve_env.ts";
import { edgesOf } from "./resolve_edges.ts";
import { fallbackOf } from "./resolve_fallback.ts";
import { eachOf } from "./resolve_for_each.ts";
import { retryOf } from "./resolve_retry.ts";
import { expressionsIn } from "../template/template.ts";
import { jsonAsWritten } from "../template/written_json.ts";
import { fit } from "../source/fit_shape.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";

/** Contract, section 11. */
const MAX_VISITS = 10;

export interface StepContext extends ActionContext {
  /** Expands what the manifest gives (`project.*`, `forge.*`). */
  fixed(text: string): string;
  /** Is told a step of which nothing says, after an error, what it does. */
  broken(id: string): void;
}

/**
 * The step, or null when errors were reported that leave nothing of it. One whose work is wrong or
 * missing does nothing: what it says of other steps is checked all the same.
 */
export function resolveStep(data: unknown, path: Path, context: StepContext): Step | null {
  const { report } = context;
  const errors = report.errors;
  const shape = fit(StepShape, data, path, report, FOREIGN_STEP_KEYS);
  if (shape === null) return null;
  /** What is missing now may only have been left out. */
  const whole = report.errors === errors;
  tellNotBuilt(STEP_KEYS, shape, path, report);
  checkName(shape.id, [...path, "id"], report);
  checkPlainTexts(shape, path, report);
  const resolved = resolveAction(shape, path, whole, context);
  if (resolved === null) context.broken(shape.id);
  const action = resolved ?? { kind: "none" as const };
  if (
    whole && action.kind === "prompt" && shape.persona === undefined && shape.adapter === undefined
  ) {
    report.error("missing_key", path, `a step with a prompt needs "persona"`);
  }
  const strategy = shape.memory?.strategy;
  if (strategy !== undefined && strategy !== "fresh") {
    report.warning(
      "not_built",
      [...path, "memory", "strategy"],
      `every step begins with a fresh memory; use "thread" to go on with a conversation`,
    );
  }
  const persona = shape.persona === undefined ? null : context.fixed(shape.persona);
  return {
    id: shape.id,
    position: report.source.at([...path, "id"]),
    action,
    ...conditionOf(shape, path, report),
    persona,
    adapter: shape.adapter ?? null,
    ...shape.permissions === undefined ? {} : {
      permissions: {
        allowedTools: shape.permissions.allowed_tools ?? [],
        deny: shape.permissions.deny ?? [],
      },
    },
    model: shape.model ?? null,
    ...shape.fallback === undefined ? {} : { fallback: fallbackOf(shape.fallback) },
    dependencies: dependenciesOf(shape, path, report),
    ...resolveEnv([...path, "env"], report),
    timeoutMs: shape.timeout_minutes === undefined
      ? null
      : Math.round(shape.timeout_minutes * 60_000),
    silenceMs: inMilliseconds(shape.silence_minutes),
    ...shape.budget === undefined ? {} : { budget: narrowest(shape.budget) },
    optional: shape.optional ?? false,
    reworkOnly: shape.rework_only ?? false,
    maxVisits: shape.max_visits ?? MAX_VISITS,
    edges: edgesOf(shape, path, report),
    entries: [],
    routes: shape.type === "conditional" && action.kind === "none",
    injectArtifacts: injectionsOf(shape, path, report),
    workspace: workspaceOf(shape, path, report),
    outputArtifacts: [...outputsOf(shape, path, report), ...aggregated(shape)],
    outcomes: outcomesOf(shape, path, report),
    contracts: contractShapes(shape, path).flatMap(([contract, at]) =>
      resolveContract(contract, persona, at, report) ?? []
    ),
    retry: retryOf(shape, path, report),
    thread: shape.thread ?? null,
    skills: (shape.skills ?? []).map((skill) => context.fixed(skill)),
    maxConcurrentAgents: shape.max_concurrent_agents ?? null,
    compaction: compactionOf(shape, path, report),
    each: eachOf(shape, path, report),
    definition: jsonAsWritten(data, report.source.written(path)),
  };
}

/** Nothing to ask would be taken for a condition that always holds. */
function conditionOf({ when }: StepShape, path: Path, report: Report): Pick<Step, "when"> {
  if (when === undefined) return {};
  if (when.trim() === "") {
    const suggestion = 'write a script, such as test -s artifacts/report, or take "when" out';
    report.error("wrong_value", [...path, "when"], '"when" is empty', suggestion);
  }
  return { when };
}

export function checkName(name: string, path: Path, report: Report): void {
  if (isName(name)) return;
  report.error("bad_name", path, `${quote(name)} is no name: ${NAME_RULE}`);
}

function dependenciesOf(shape: StepShape, path: Path, report: Report): string[] {
  if (shape.depends_on !== undefined) {
    const at = [...path, "depends_on"];
    report.atKey("warning", "old_key", at, `"depends_on" is read as "dependencies"`);
  }
  return [...new Set([...shape.dependencies ?? [], ...shape.depends_on ?? []])];
}

function injectionsOf(shape: StepShape, path: Path, report: Report): Injection[] {
  return (shape.memory?.inject_artifacts ?? []).map((entry, index) => {
    const at = [...path, "memory", "inject_artifacts", index];
    if ((entry.step === undefined) === (entry.pipeline === undefined)) {
      report.error(
        "missing_key",
        at,
        `an injected artifact needs "step" or "pipeline", and not both`,
      );
    }
    const as = pathBelow(entry.as ?? entry.artifact);
    if (as === null || as === ".") {
      report.error("unsafe_path", [...at, "as"], `"as" must be a file name below artifacts/`);
    }
    return {
      position: report.source.at(at),
      step: entry.step ?? null,
      pipeline: entry.pipeline ?? null,
      artifact: entry.artifact,
      as: as ?? entry.artifact,
      schemaPath: fileOf(entry.schema_path, [...at, "schema_path"], "project", report),
      optional: entry.optional ?? false,
    };
  });
}

function fileOf(
  value: string | undefined,
  path: Path,
  where: "project" | "workspace",
  report: Report,
): string | null {
  if (value === undefined) return null;
  const below = pathBelow(value);
  if (below !== null && below !== ".") return below;
  const key = String(path.at(-1));
  report.error(
    "unsafe_path",
    path,
    `"${key}" must be the path of a file within the ${where}, not ${quote(value)}`,
  );
  return null;
}

function workspaceOf(shape: StepShape, path: Path, report: Report): Workspace {
  const given = shape.workspace ?? {};
  const at = [...path, "workspace"];
  if (given.root !== undefined) {
    report.warning(
      "not_built",
      [...at, "root"],
      "wave keeps workspaces in .wave/workspaces, and takes no notice of it",
      "to work in the project itself, mount it: { source: ./, target: /project, mode: readwrite }",
    );
  }
  if (given.ref !== undefined) return { kind: "shared", step: given.ref };
  const mounts = (given.mount ?? []).flatMap((mount, index) =>
    mountOf(mount, [...at, "mount", index], report) ?? []
  );
  if (given.type !== "worktree") {
    for (const key of ["branch", "base", "reuse"] as const) {
      if (given[key] === undefined) continue;
      report.warning(
        "unused_key",
        [...at, key],
        `"${key}" has no effect without "type: worktree"`,
      );
    }
    return { kind: "folder", mounts };
  }
  return {
    kind: "worktree",
    branch: given.branch ?? null,
    base: given.base ?? null,
    ...given.reuse === true ? { reuse: true } : {},
    mounts,
  };
}

function mountOf(shape: MountShape, path: Path, report: Report): Mount | null {
  const source = pathBelow(shape.source);
  const target = pathBelow(shape.target, true);
  if (source === null) {
    report.error(
      "unsafe_path",
      [...path, "source"],
      `"source" must be a path within the project, not ${quote(shape.source)}`,
    );
  }
  if (target === null || target === ".") {
    report.error(
      "unsafe_path",
      [...path, "target"],
      `"target" must be a folder within the workspace, not ${quote(shape.target)}`,
    );
  }
  if (source === null || target === null) return null;
  const subset = shape.subset_from?.split(".");
  const [step, artifact, ...field] = subset ?? [];
  if (subset !== undefined && (step === undefined || artifact === undefined)) {
    report.error(
      "wrong_value",
      [...path, "subset_from"],
      `"subset_from" is <step>.<artifact>.<field>, not ${quote(shape.subset_from ?? "")}`,
    );
  }
  return {
    source,
    target,
    mode: shape.mode ?? "readonly",
    subsetFrom: step === undefined || artifact === undefined
      ? null
      : { step, artifact, field: field.length === 0 ? null : field.join(".") },
  };
}

function outputsOf(shape: StepShape, path: Path, report: Report): OutputArtifact[] {
  const seen = new Set<string>();
  return (shape.output_artifacts ?? []).map((entry, index) => {
    const at = [...path, "output_artifacts", index];
    checkName(entry.name, [...at, "name"], report);
    if (seen.has(entry.name)) {
      report.error("duplicate_artifact", [...at, "name"], `two artifacts ${quote(entry.name)}`);
    }
    seen.add(entry.name);
    refuseManyFiles(entry.path ?? "", entry.type, at, report);
    if (entry.path === undefined && entry.source !== "stdout") {
      report.error("missing_key", at, `artifact ${quote(entry.name)} needs "path"`);
    }
    return {
      name: entry.name,
      path: fileOf(entry.path, [...at, "path"], "workspace", report) ?? `${entry.name}.txt`,
      type: entry.type ?? null,
      required: entry.required ?? true,
      source: entry.source ?? "file",
      raw: entry.raw ?? false,
    };
  });
}

/** An artifact is one file, with one checksum. */
function refuseManyFiles(
  file: string,
  type: string | undefined,
  path: Path,
  report: Report,
): void {
  const suggestion = "let the step put them into one: tar -cf out.tar …";
  if (type === "directory" || type === "folder") {
    report.error("not_built", [...path, "type"], "an artifact is a file, no directory", suggestion);
  } else if (/[*?]/.test(file) && expressionsIn(file).length === 0) {
    report.error(
      "not_built",
      [...path, "path"],
      `an artifact is one file, and ${quote(file)} may be many`,
      suggestion,
    );
  }
}

/** What an aggregate writes is an artifact, named after its file, where the step declares none. */
function aggregated(shape: StepShape): OutputArtifact[] {
  const into = pathBelow(shape.aggregate?.into ?? "");
  if (shape.aggregate === undefined || into === null || shape.output_artifacts !== undefined) {
    return [];
  }
  const name = into.slice(into.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  if (!isName(name)) return [];
  return [{ name, path: into, type: "json", required: true, source: "file", raw: false }];
}

function outcomesOf(shape: StepShape, path: Path, report: Report): OutcomeSpec[] {
  return (shape.outcomes ?? []).map((entry, index) => {
    const at = [...path, "outcomes", index];
    const isFile = entry.type === "file" || entry.type === "artifact";
    if (!isFile && entry.json_path === undefined) {
      report.error("missing_key", at, `an outcome of type ${entry.type} needs "json_path"`);
    }
    return {
      type: entry.type,
      extractFrom: fileOf(entry.extract_from, [...at, "extract_from"], "workspace", report) ?? ".",
      jsonPath: isFile ? null : entry.json_path ?? null,
      label: entry.label ?? entry.type,
    };
  });
}

function compactionOf(shape: StepShape, path: Path, report: Report): Compaction | null {
  const compaction = shape.handover?.compaction;
  if (compaction === undefined) return null;
  const at = [...path, "handover", "compaction"];
  const percent = /^token_limit_(\d{1,3})%$/.exec(compaction.trigger ?? "token_limit_80%")?.[1];
  const triggerPercent = Number(percent ?? 0);
  if (triggerPercent < 1 || triggerPercent > 100) {
    report.error(
      "wrong_value",
      [...at, "trigger"],
      `"trigger" must be like token_limit_80%, not ${quote(compaction.trigger ?? "")}`,
    );
  }
  return { triggerPercent, persona: compaction.persona ?? "summarizer" };
}
