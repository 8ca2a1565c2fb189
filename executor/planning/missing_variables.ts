/** Finds the variables that steps name in `env` and that are not set, before anything is paid. */
import { UsageError } from "../../event/errors.ts";
import { pipelinesCalled } from "../language/check/called_pipelines.ts";
import type { Pipeline, Step } from "../language/model/pipeline.ts";
import { allSteps } from "./planned_steps.ts";

export interface VariableCheck {
  /** Those that are going to run. */
  readonly steps: readonly Step[];
  readonly environment: Readonly<Record<string, string>>;
  /** Without agents nobody needs what only they get. */
  readonly mock: boolean;
  /** A pipeline that a step runs; null where that is left to the step. */
  readonly load: (name: string) => Pipeline | null;
}

/** Steps named for each variable; the rest are counted. */
const SHOWN = 3;

/**
 * Checks all variables at once, those of the pipelines that the steps run as well.
 *
 * @param pipeline its name, for the message.
 * @throws {UsageError} `missing_variables`.
 */
export function requireVariables(pipeline: string, check: VariableCheck): void {
  const missing = missingVariables(check);
  if (missing.size === 0) return;
  const list = [...missing].map(([name, users]) => {
    const more = users.length > SHOWN ? ` and ${users.length - SHOWN} more` : "";
    return `${name} (${users.slice(0, SHOWN).join(", ")}${more})`;
  });
  throw new UsageError(
    "missing_variables",
    `Cannot run ${pipeline}: these variables are not set: ${list.join(", ")}`,
    { hint: "set them, or name a file that does: --env-file .env" },
  );
}

/** The steps that need each variable, `inner/step` for those of another pipeline. */
function missingVariables(check: VariableCheck): Map<string, string[]> {
  const missing = new Map<string, string[]>();
  const seen = new Set<string>();
  const visit = (steps: readonly Step[], prefix: string) => {
    for (const step of allSteps(steps)) {
      const names = !check.mock || runsScripts(step) ? step.envNames ?? [] : [];
      for (const name of names) {
        if (Object.hasOwn(check.environment, name)) continue;
        missing.set(name, [...missing.get(name) ?? [], `${prefix}${step.id}`]);
      }
      for (const { name } of pipelinesCalled(step)) {
        if (seen.has(name)) continue;
        seen.add(name);
        visit(check.load(name)?.steps ?? [], `${name}/`);
      }
    }
  };
  visit(check.steps, "");
  return missing;
}

function runsScripts({ action, when, contracts }: Step): boolean {
  return action.kind === "command" || when !== undefined ||
    contracts.some(({ type }) => type === "test_suite");
}
