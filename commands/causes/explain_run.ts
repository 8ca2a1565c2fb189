/** Explains a run of a project, with what is recorded of it and of the last one that completed. */
import type { ObservedRun } from "../../state/records/records.ts";
import type { RunReader } from "../../state/records/run_reader.ts";
import { newestRun } from "../runs/newest_run.ts";
import { explain, type Explanation } from "./explanation.ts";
import { readStory } from "./run_story.ts";

/** What the mock made up says nothing of real agents, and the other way round. */
function lastCompleted(reader: RunReader, { record }: ObservedRun): ObservedRun | null {
  return newestRun(
    reader,
    { pipeline: record.pipeline, statuses: ["completed"] },
    (one) => one.record.id !== record.id && one.record.mock === record.mock,
  );
}

/** `root` is the project's. */
export function explainRun(root: string, reader: RunReader, run: ObservedRun): Explanation {
  const before = lastCompleted(reader, run);
  return explain(
    readStory(root, reader, run),
    before === null ? null : readStory(root, reader, before),
  );
}
