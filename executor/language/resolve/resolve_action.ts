/** What a step does: found from the one key that says so. */
import { durationOf } from "./resolve_duration.ts";
import { forgeQuestionOf } from "./resolve_forge_gate.ts";
import { didYouMean, quote } from "../source/diagnostic.ts";
import { pathBelow } from "../model/names.ts";
import type {
  Action,
  BranchTarget,
  GateAction,
  GateChoice,
  InputTemplate,
  NamedTemplate,
  Step,
} from "../model/pipeline.ts";
import type { GateShape, StepShape } from "./pipeline_shape.ts";
import { listed } from "../source/fit_shape.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { jsonAsWritten } from "../template/written_json.ts";

export interface ActionContext {
  readonly report: Report;
  /** A prompt file's text; null when it cannot be had, which is then already reported. */
  prompt(file: string, path: Path): string | null;
  /** The steps of a loop. */
  steps(data: readonly unknown[], path: Path): readonly Step[];
}

/**
 * The action, or null when none can be made out, which is then reported.
 *
 * @param whole False when keys were left out with an error: a missing one is not reported again.
 */
export function resolveAction(
  shape: StepShape,
  path: Path,
  whole: boolean,
  context: ActionContext,
): Action | null {
  const { report } = context;
  const given = [
    ["script", shape.script],
    ["exec", shape.exec],
    ["task", shape.task],
    ["pipeline", shape.pipeline ?? shape.strategy?.child_pipeline],
    ["gate", shape.gate],
    ["loop", shape.loop],
    ["branch", shape.branch],
    ["aggregate", shape.aggregate],
  ].flatMap(([key, value]) => value === undefined ? [] : [String(key)]);
  if (given.length > 1) {
    report.error(
      "two_actions",
      path,
      `a step does one thing, and this one has ${listed(given).replace(" or ", " and ")}`,
    );
    return null;
  }
  const [key] = given;
  if (key === undefined && shape.type === "conditional") return { kind: "none" };
  if (key === undefined) {
    if (!whole) return null;
    const needed = shape.type === undefined ? null : NEEDED[shape.type];
    report.error(
      "no_action",
      path,
      needed === null || needed === undefined
        ? `the step does nothing: it needs script, exec, pipeline, gate, loop, branch or aggregate`
        : `a step of "type: ${shape.type}" needs "${needed}"`,
    );
    return null;
  }
  if (shape.type !== undefined && shape.type !== "conditional" && NEEDED[shape.type] !== key) {
    const fits = shape.type === "prompt" && key === "task" ||
      shape.type === "command" && key === "exec" && shape.exec?.type === "command";
    if (!fits) {
      report.error(
        "wrong_value",
        [...path, "type"],
        `"type: ${shape.type}" does not go with "${key}"`,
      );
    }
  }
  return actionOf(key, shape, path, context);
}

const NEEDED: Readonly<Record<string, string>> = {
  command: "script",
  prompt: "exec",
  pipeline: "pipeline",
  gate: "gate",
};

function actionOf(
  key: string,
  shape: StepShape,
  path: Path,
  context: ActionContext,
): Action | null {
  const { report } = context;
  if (key === "task") {
    report.atKey("warning", "old_key", [...path, "task"], `"task" is read as a prompt`, "use exec");
    return { kind: "prompt", source: shape.task ?? "", sourcePath: null };
  }
  if (key === "exec") return execOf(shape, path, context);
  if (shape.script !== undefined) {
    if (shape.script.trim() === "") {
      report.error("missing_key", [...path, "script"], `"script" is empty`);
    }
    return { kind: "command", script: shape.script };
  }
  if (key === "pipeline") return pipelineOf(shape, path, report);
  if (shape.gate !== undefined) return resolveGate(shape.gate, [...path, "gate"], report);
  if (shape.branch !== undefined) {
    const cases = Object.entries(shape.branch.cases);
    if (cases.length === 0) {
      report.error("missing_key", [...path, "branch", "cases"], `"cases" is empty`);
    }
    return {
      kind: "branch",
      on: shape.branch.on,
      cases: cases.filter(([value]) => value !== "default")
        .map(([value, target]) => ({ value, target: targetOf(target) })),
      otherwise: shape.branch.cases.default === undefined
        ? null
        : targetOf(shape.branch.cases.default),
      input: inputOf(shape, path, report),
    };
  }
  if (shape.aggregate !== undefined) {
    const { from, into, strategy } = shape.aggregate;
    const below = pathBelow(into);
    if (below === null || below === ".") {
      report.error(
        "unsafe_path",
        [...path, "aggregate", "into"],
        `"into" must be a path within the workspace, not ${quote(into)}`,
      );
    }
    return {
      kind: "aggregate",
      from,
      into: below ?? ".",
      strategy,
      key: shape.aggregate.key ?? null,
    };
  }
  if (shape.loop === undefined) return null;
  if ((shape.loop.steps ?? []).length === 0) {
    report.error("missing_key", [...path, "loop"], `a loop needs "steps"`);
  }
  return {
    kind: "loop",
    maxIterations: shape.loop.max_iterations,
    until: shape.loop.until ?? null,
    onLimit: shape.loop.on_limit ?? "fail",
    steps: context.steps(shape.loop.steps ?? [], [...path, "loop", "steps"]),
  };
}

function targetOf(target: string): BranchTarget {
  return target === "skip" ? { kind: "skip" } : { kind: "pipeline", pipeline: target };
}

function execOf(shape: StepShape, path: Path, context: ActionContext): Action | null {
  const { report } = context;
  const exec = shape.exec ?? {};
  const at = [...path, "exec"];
  if (exec.type === "command") {
    const script = exec.source ?? exec.command;
    if (script !== undefined) return { kind: "command", script };
    report.error("missing_key", at, `"exec.type: command" needs "source"`);
    return null;
  }
  if (exec.type === "slash_command") {
    if (exec.command !== undefined) {
      const source = `/${exec.command} ${exec.args ?? ""}`.trimEnd();
      return { kind: "prompt", source, sourcePath: null };
    }
    report.error("missing_key", at, `"exec.type: slash_command" needs "command"`);
    return null;
  }
  if (exec.source_path === undefined) {
    if (exec.source !== undefined && exec.source.trim() !== "") {
      return { kind: "prompt", source: exec.source, sourcePath: null };
    }
    report.error("missing_key", at, `a prompt needs "source" or "source_path"`);
    return null;
  }
  if (exec.source !== undefined) {
    report.error(
      "two_actions",
      [...at, "source_path"],
      `give "source" or "source_path", not both`,
    );
  }
  const sourcePath = pathBelow(exec.source_path);
  if (sourcePath === null) {
    report.error(
      "unsafe_path",
      [...at, "source_path"],
      `"source_path" must be a path within the project, not ${quote(exec.source_path)}`,
    );
    return null;
  }
  const source = context.prompt(sourcePath, [...at, "source_path"]);
  return source === null ? null : { kind: "prompt", source, sourcePath };
}

function pipelineOf(shape: StepShape, path: Path, report: Report): Action {
  const config = shape.config ?? {};
  return {
    kind: "pipeline",
    pipeline: shape.pipeline ?? shape.strategy?.child_pipeline ?? "",
    input: inputOf(shape, path, report),
    inject: config.inject ?? null,
    extract: config.extract ?? null,
    timeoutMs: config.timeout === undefined
      ? null
      : durationOf(config.timeout, [...path, "config", "timeout"], report, 1),
    env: Object.fromEntries(
      Object.entries(config.env ?? {}),
    ),
  };
}

/** What another pipeline is given; of several ways to say it the first. */
function inputOf(shape: StepShape, path: Path, report: Report): InputTemplate | null {
  const { input } = shape;
  if (input === undefined || typeof input === "string") {
    return input ?? shape.input_ref?.literal ?? shape.strategy?.input_template ?? null;
  }
  return {
    named: Object.entries(input).map(([name, value]): NamedTemplate => {
      const written = report.source.written([...path, "input", name]);
      if (typeof value === "object" && value !== null) {
        return { name, text: jsonAsWritten(value, written), isJson: true };
      }
      return { name, text: typeof written === "string" ? written : String(value), isJson: false };
    }),
  };
}

/** `_fail` is how published pipelines write it. */
function wayOf(target: string | undefined): GateChoice["target"] | null {
  if (target === undefined) return null;
  if (target === "go") return { kind: "next" };
  return target === "fail" || target === "_fail"
    ? { kind: "fail" }
    : { kind: "step", step: target };
}

function resolveGate(shape: GateShape, path: Path, report: Report): GateAction {
  const timeoutMs = shape.timeout === undefined
    ? null
    : durationOf(shape.timeout, [...path, "timeout"], report);
  if (shape.type === "timer" && shape.timeout === undefined) {
    report.error("missing_key", path, `a timer gate needs "timeout"`);
  }
  const forge = forgeQuestionOf(shape, path, report);
  const choices = (shape.choices ?? []).map((choice, index): GateChoice => {
    const target = wayOf(choice.target);
    if (target === null) {
      report.error(
        "missing_key",
        [...path, "choices", index],
        `the choice ${quote(choice.key)} does not say what it does`,
        "target: go, target: fail, or the id of a step to go back to",
      );
    }
    const { key, label = key } = choice;
    return { key, label, target: target ?? { kind: "next" } };
  });
  const keys = choices.map((choice) => choice.key);
  keys.forEach((key, index) => {
    if (keys.indexOf(key) === index) return;
    report.error(
      "duplicate_choice",
      [...path, "choices", index, "key"],
      `two choices ${quote(key)}`,
    );
  });
  const fallback = shape.default ?? null;
  if (choices.length === 0) {
    choices.push({ key: "approve", label: "Approve", target: { kind: "next" } });
    choices.push({ key: "reject", label: "Reject", target: { kind: "fail" } });
  }
  if (fallback !== null && !choices.some((choice) => choice.key === fallback)) {
    report.error(
      "unknown_choice",
      [...path, "default"],
      `"default" is none of the choices: ${quote(fallback)}`,
      didYouMean(fallback, choices.map((choice) => choice.key)),
    );
  }
  return {
    kind: "gate",
    gate: shape.type,
    ...forge === null ? {} : { forge },
    auto: shape.auto ?? false,
    timeoutMs,
    message: shape.message ?? shape.prompt ?? "",
    choices,
    defaultChoice: fallback ?? (shape.auto === true ? choices[0]?.key ?? null : null),
    freeform: shape.freeform ?? false,
  };
}
