/**
 * Where a run that waits at a gate says so: a small file for each question, in the run's own folder. What
 * stands in it is for `wave approve`.
 */
import { namesIn } from "../../event/files.ts";
import type { WavePaths } from "../records/wave_paths.ts";

/** No step can have this name. */
const FOLDER = ".gates";
const SUFFIX = ".json";

/** The file of the question that a step asks. */
export function questionFile(paths: WavePaths, runId: string, stepId: string): string {
  return `${paths.workspace(runId)}/${FOLDER}/${stepId}${SUFFIX}`;
}

/** The steps of a run that wait for an answer, if its process still is there. */
export function waitingSteps(paths: WavePaths, runId: string): string[] {
  return namesIn(`${paths.workspace(runId)}/${FOLDER}`).flatMap((name) =>
    name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : []
  ).sort();
}
