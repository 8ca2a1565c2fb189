/** What differs between a run and the last one of its pipeline that completed. */
import type { Tokens } from "../../event/event.ts";
import type { RunOptions } from "../../event/run_options.ts";
import type { RunRecord } from "../../state/records/records.ts";
import type { RunStory } from "./run_story.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";

/** What a step was done with, as its entries name it. */
export interface ChangedAgent {
  readonly stepId: string;
  readonly what: "model" | "agent version";
  readonly before: string;
  readonly now: string;
}

export interface Comparison {
  readonly runId: string;
  /** Steps whose definition, prompt, schema or persona is another one. */
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly inputChanged: boolean;
  /** What was chosen on the command line; the run that was done again is no difference. */
  readonly options: { readonly before: RunOptions; readonly now: RunOptions };
  readonly agents: readonly ChangedAgent[];
  /** Milliseconds. */
  readonly duration: { readonly before: number; readonly now: number };
  readonly tokens: { readonly before: Tokens; readonly now: Tokens };
}

const NAMES: Readonly<Record<ChangedAgent["what"], readonly string[]>> = {
  model: ["model"],
  "agent version": ["agent_version", "cli_version"],
};

/** The last value that an entry of the step names for this, or null. */
function toldOf({ entries }: RunStory, stepId: string, what: ChangedAgent["what"]): string | null {
  for (const event of entries.toReversed()) {
    if (event.step_id !== stepId || !("data" in event)) continue;
    for (const [name, value] of Object.entries(event.data ?? {})) {
      if (NAMES[what].includes(name) && typeof value === "string") return value;
    }
  }
  return null;
}

function changedAgents(story: RunStory, before: RunStory): ChangedAgent[] {
  return story.run.steps.flatMap(({ record: { id: stepId } }) =>
    (["model", "agent version"] as const).flatMap((what) => {
      const was = toldOf(before, stepId, what);
      const now = toldOf(story, stepId, what);
      return was === null || now === null || was === now
        ? []
        : [{ stepId, what, before: was, now }];
    })
  );
}

function chosenIn({ options: { again: _again, ...options } }: RunRecord): RunOptions {
  return options;
}

/** `before` is the story of the run that completed. */
export function compareRuns(story: RunStory, before: RunStory): Comparison {
  const [{ record: old }, { record: now }] = [before.run, story.run];
  const digests = new Map(old.steps.map(({ id, digest }) => [id, digest]));
  const ids = new Set(now.steps.map(({ id }) => id));
  return {
    runId: old.id,
    changed: now.steps.filter(({ id, digest }) => digests.has(id) && digests.get(id) !== digest)
      .map(({ id }) => id),
    added: now.steps.filter(({ id }) => !digests.has(id)).map(({ id }) => id),
    removed: old.steps.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
    inputChanged: old.input !== now.input,
    options: { before: chosenIn(old), now: chosenIn(now) },
    agents: changedAgents(story, before),
    duration: { before: before.run.elapsedMs, now: story.run.elapsedMs },
    tokens: { before: tokensOfRun(old), now: tokensOfRun(now) },
  };
}
