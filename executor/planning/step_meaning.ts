/** What of a step decides its result, whatever the way in which it is written. */
import type { Action, InputTemplate, Step } from "../language/model/pipeline.ts";

/**
 * A text that is the same for steps that do the same. How its keys are ordered, what is written although
 * it is the default, and whitespace behind a script or prompt do not count; nor do limits, retries and
 * what follows a failure: a result that is there was made within them.
 */
export function meaningOf(step: Step): string {
  const { persona, adapter, model, dependencies, env, reworkOnly, injectArtifacts } = step;
  const { workspace, outputArtifacts, outcomes, contracts, thread, skills, each, compaction } =
    step;
  const { when, envNames = [], permissions } = step;
  const meaning = {
    ...{ persona, adapter, model, reworkOnly, injectArtifacts, workspace, outputArtifacts },
    ...{ outcomes, contracts, thread, skills, each, compaction },
    ...when === undefined ? {} : { when: trimmed(when) },
    ...envNames.length === 0 ? {} : { envNames: envNames.toSorted() },
    ...permissions === undefined ? {} : { permissions },
    env: pairs(env),
    dependencies: dependencies.toSorted(),
    action: actionOf(step.action),
  };
  return JSON.stringify(meaning, withoutNeutral);
}

/** The steps of a loop have digests of their own. */
function actionOf(action: Action): unknown {
  switch (action.kind) {
    case "loop":
      return { ...action, steps: [] };
    case "command":
      return { ...action, script: trimmed(action.script) };
    case "prompt":
      return { ...action, source: trimmed(action.source) };
    case "pipeline":
      return { ...action, input: inputOf(action.input), env: pairs(action.env) };
    case "branch":
      return { ...action, input: inputOf(action.input) };
    default:
      return action;
  }
}

/** In whatever order the inputs are written. */
function inputOf(input: InputTemplate | null): unknown {
  if (input === null || typeof input === "string") return input;
  return pairs(Object.fromEntries(input.named.map(({ name, text }) => [name, text])));
}

/** Names that somebody chose are no keys: one may be called as a limit is. */
function pairs(values: Readonly<Record<string, string>> = {}): readonly [string, string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whitespace at the end means nothing, unless a backslash stands before it. */
function trimmed(text: string): string {
  const end = text.trimEnd();
  return end.endsWith("\\") ? text : end;
}

/** Places in files, limits, retries. */
const NEUTRAL: ReadonlySet<string> = new Set(["position", "timeoutMs", "maxConcurrent", "retries"]);

function withoutNeutral(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !NEUTRAL.has(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
