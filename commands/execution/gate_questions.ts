/**
 * What a waiting gate asks, for `wave approve` in another terminal: a small file in the run's own folder.
 * The answer goes the other way by the executor's `gate_file.ts`.
 */
import { lstat, readIfThere, removeIfThere, replaceFile } from "../../event/files.ts";
import { parseJson } from "../../event/json.ts";
import { questionFile } from "../../state/live/waiting_gates.ts";
import { requireReal } from "../../executor/files/confine.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import type { GateQuestion } from "../../executor/api.ts";

/** Puts a question where other terminals find it. */
export function postQuestion(paths: WavePaths, question: GateQuestion): void {
  const path = questionFile(paths, question.runId, question.stepId);
  const folder = path.slice(0, path.lastIndexOf("/"));
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  requireReal(Deno.realPathSync(paths.workspaces) + folder.slice(paths.workspaces.length));
  replaceFile(path, JSON.stringify(question), 0o600);
}

/** Takes the question back, once it is answered or nobody waits for the answer any more. */
export function withdrawQuestion(paths: WavePaths, { runId, stepId }: GateQuestion): void {
  removeIfThere(questionFile(paths, runId, stepId));
}

/** The question that a run is waiting on at this step, or null. */
export function openQuestion(
  paths: WavePaths,
  runId: string,
  stepId: string,
): GateQuestion | null {
  const path = questionFile(paths, runId, stepId);
  if (lstat(path)?.isFile !== true) return null;
  const value = parseJson(readIfThere(path) ?? "");
  const valid = typeof value === "object" && value !== null && "choices" in value &&
    Array.isArray(value.choices) && "message" in value && "freeform" in value;
  return valid ? { ...(value as GateQuestion), runId, stepId } : null;
}
