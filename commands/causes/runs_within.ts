/** The runs that a run's steps ran, and those within them. */
import type { RunReader } from "../../state/records/run_reader.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { readStory } from "./run_story.ts";

function innerIds(root: string, reader: RunReader, run: ObservedRun): string[] {
  return readStory(root, reader, run).entries.flatMap((event) => {
    if (event.state !== "tool" || !("inner_run" in event.data)) return [];
    const { inner_run: id } = event.data;
    return typeof id === "string" ? [id] : [];
  });
}

/** In the order in which they were started, each behind the run around it; without those that are gone. */
export function runsWithin(root: string, reader: RunReader, run: ObservedRun): ObservedRun[] {
  const found = new Map([[run.record.id, run]]);
  // Grows while it is walked; a run that is there already is not walked twice.
  for (const each of found.values()) {
    for (const id of innerIds(root, reader, each)) {
      const inner = found.has(id) ? null : reader.run(id);
      if (inner !== null) found.set(id, inner);
    }
  }
  return [...found.values()].slice(1);
}
