/** What a call chooses for its run: read from the options, checked against the definitions. */
import { NotFoundError, UsageError } from "../../event/errors.ts";
import { suggest } from "../../event/closest.ts";
import type { RunOptions } from "../../event/run_options.ts";
import { relative, resolve } from "@std/path";
import type { Context } from "../cli/command.ts";
import { findProject } from "../runs/find_project.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import { pipelinesCalled } from "../../executor/language/check/called_pipelines.ts";
import { requireAdapter } from "../../executor/planning/chosen_agents.ts";
import { allSteps } from "../../executor/planning/planned_steps.ts";

/** The options that choose, as `run`, `resume` and `do` may have them. */
export interface ChoiceValues {
  readonly model?: string | undefined;
  readonly adapter?: string | undefined;
  readonly manifest?: string | undefined;
  readonly steps?: string | undefined;
  readonly exclude?: string | undefined;
  readonly "from-step"?: string | undefined;
  readonly "auto-approve"?: boolean;
  readonly answer?: readonly string[] | undefined;
  readonly timeout?: number | undefined;
  readonly "max-workers"?: number | undefined;
  readonly "no-wait"?: boolean;
}

/**
 * What a call gives, as a run records it.
 *
 * @throws {UsageError} `bad_value` for a list without a name, or an answer without a choice.
 */
export function givenOptions(values: ChoiceValues, context: Context): RunOptions {
  const { model, adapter, manifest, steps, exclude, answer, timeout } = values;
  const fromStep = values["from-step"];
  const maxWorkers = values["max-workers"];
  return {
    ...model === undefined ? {} : { model: named("--model", model) },
    ...adapter === undefined ? {} : { adapter: named("--adapter", adapter) },
    ...manifest === undefined ? {} : { manifest: fileBelow(manifest, context) },
    ...steps === undefined ? {} : { steps: listOf("--steps", steps) },
    ...exclude === undefined ? {} : { exclude: listOf("--exclude", exclude) },
    ...fromStep === undefined ? {} : { from_step: fromStep },
    ...values["auto-approve"] === true ? { auto_approve: true as const } : {},
    ...answer === undefined ? {} : { answers: answersOf(answer) },
    ...maxWorkers === undefined ? {} : { max_workers: maxWorkers },
    ...timeout === undefined ? {} : { timeout_ms: timeout },
    ...values["no-wait"] === true ? { no_wait: true as const } : {},
  };
}

function named(label: string, text: string): string {
  if (text.trim() !== "") return text.trim();
  throw new UsageError("bad_value", `Cannot use "" as ${label}: expected a name`);
}

/** The path of a manifest from the project's root: a resume may be called elsewhere. */
function fileBelow(path: string, context: Context): string {
  const file = relative(findProject(context), resolve(context.cwd, path));
  if (!file.startsWith("..") && file !== "") return file;
  throw new UsageError(
    "bad_value",
    `Cannot use "${path}" as --manifest: it is no file of the project`,
  );
}

function listOf(label: string, text: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.every((part) => part !== "")) return parts;
  throw new UsageError("bad_value", `Cannot use "${text}" as ${label}: expected names of steps`, {
    hint: `write ${label} build,test`,
  });
}

function answersOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((part) => {
      const at = part.indexOf("=");
      if (at > 0 && at < part.length - 1) return [part.slice(0, at), part.slice(at + 1)];
      throw new UsageError("bad_value", `Cannot use "${part}" as --answer: expected gate=choice`, {
        hint: "write --answer review=approve",
      });
    }),
  );
}

/**
 * Checks a choice against what it chooses from, before anything starts.
 *
 * @throws {UsageError} `bad_value` for an adapter or choice that is none; `contradicting_options`.
 * @throws {NotFoundError} `step_not_found` for a gate that is none.
 */
export function checkChoice(
  options: RunOptions,
  pipeline: Pipeline,
  manifest: Manifest,
  mock: boolean,
): void {
  const { model, adapter, answers = {} } = options;
  requireAdapter(options, manifest);
  if (mock && (model !== undefined || adapter !== undefined)) {
    const option = model === undefined ? "--adapter" : "--model";
    throw new UsageError("contradicting_options", `Cannot use ${option} with the mock adapter`, {
      hint: "without --mock the agents are asked; a run that was made up goes on being so",
    });
  }
  const steps = [...allSteps(pipeline.steps)];
  const callsOthers = steps.some((step) =>
    step.action.kind === "pipeline" || step.action.kind === "branch" ||
    [...pipelinesCalled(step)].length > 0
  );
  const gates = new Map(
    steps.flatMap(({ id, action }) => action.kind === "gate" ? [[id, action.choices]] : []),
  );
  for (const [id, word] of Object.entries(answers)) {
    const choices = gates.get(id);
    if (choices === undefined) {
      // It may be the gate of a run within this one.
      if (callsOthers) continue;
      const meant = suggest(id, [...gates.keys()]);
      const known = gates.size === 0
        ? "the pipeline has none"
        : `gates: ${[...gates.keys()].join(", ")}`;
      throw new NotFoundError("step_not_found", `There is no gate "${id}"`, {
        hint: meant === null ? known : `did you mean "${meant}"?`,
      });
    }
    const words = choices.flatMap(({ key, label }) => [key.toLowerCase(), label.toLowerCase()]);
    if (words.includes(word.toLowerCase())) continue;
    throw new UsageError("bad_value", `Cannot answer "${word}" at ${id}`, {
      hint: `expected one of ${choices.map(({ key }) => key).join(", ")}`,
    });
  }
}
