/**
 * What a waiting gate asks, for `wave approve` in another terminal: a small file in the run's own folder.
 * The answer goes the other way by the executor's `gate_file.ts`.
 */
import type { GateQuestion } from "../../executor/run/gate_source.ts";
import { questionFile } from "../../state/live/waiting_gates.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";

/** Puts a question where other terminals find it. */
export function postQuestion(paths: WavePaths, question: GateQuestion): void {
  const path = questionFile(paths, question.runId, question.stepId);
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
  // Renamed into its place, so that nobody reads half of it.
  const temporary = `${path}.${crypto.randomUUID()}`;
  Deno.writeTextFileSync(temporary, JSON.stringify(question), { createNew: true, mode: 0o600 });
  Deno.renameSync(temporary, path);
}

/** Takes the question back, once it is answered or nobody waits for the answer any more. */
export function withdrawQuestion(paths: WavePaths, { runId, stepId }: GateQuestion): void {
  try {
    Deno.removeSync(questionFile(paths, runId, stepId));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The question that a run is waiting on at this step, or null. */
export function openQuestion(
  paths: WavePaths,
  runId: string,
  stepId: string,
): GateQuestion | null {
  const path = questionFile(paths, runId, stepId);
  try {
    if (!Deno.lstatSync(path).isFile) return null;
    const value: unknown = JSON.parse(Deno.readTextFileSync(path));
    const valid = typeof value === "object" && value !== null && "choices" in value &&
      Array.isArray(value.choices) && "message" in value && "freeform" in value;
    return valid ? { ...(value as GateQuestion), runId, stepId } : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}
