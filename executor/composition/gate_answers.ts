/**
 * Gates answered from another terminal: an answer is the file `.gates/answers/<step>.json` in the run's
 * folder, where it goes with the run, and the run waits for it.
 */
import { dirname, join } from "@std/path";
import { OperationError, UsageError } from "../../event/errors.ts";
import { createWhole, lstat, otherUserOf } from "../../event/files.ts";
import { isName, isRunIdShape } from "../../event/identity.ts";
import { isObject, parseJson } from "../../event/json.ts";
import { requireReal } from "../files/confine.ts";
import type { GateAnswer, GateSource } from "../api.ts";

/** A look in case that the file watch missed something, milliseconds. */
const POLL_MS = 500;

/**
 * Where the answer to a gate stands.
 *
 * @param workspaces the folder of all runs' workspaces, absolute.
 * @throws {UsageError} `bad_name` for what is no name of a run or step.
 */
export function gateFile(workspaces: string, runId: string, stepId: string): string {
  if (!isRunIdShape(runId)) throw new UsageError("bad_name", `"${runId}" is no run id`);
  if (!isName(stepId)) throw new UsageError("bad_name", `"${stepId}" is no name of a step`);
  return join(workspaces, runId, ".gates", "answers", `${stepId}.json`);
}

/**
 * Answers a gate that waits, or will.
 *
 * @throws {OperationError} `gate_answered` when somebody was faster; `gate_blocked` when what stands in the
 * answer's place is none, or the run's user could not read the answer.
 */
export function answerGate(file: string, answer: GateAnswer): void {
  // The waiting run must never read half an answer.
  const folder = dirname(file);
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const user = otherUserOf(folder);
  try {
    createWhole(file, `${JSON.stringify(answer)}\n`, 0o600, user);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw taken(file, error);
    if (user === null || !(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new OperationError(
      "gate_blocked",
      `Cannot answer: the run is of user ${user.uid}, who could not read the answer`,
      { cause: error, hint: "call wave approve as that user" },
    );
  }
}

function taken(file: string, cause: Error): OperationError {
  if (lstat(file)?.isFile === true) {
    return new OperationError("gate_answered", "the gate is answered already", { cause });
  }
  return new OperationError("gate_blocked", `Cannot answer: "${file}" is no plain file`, {
    cause,
    hint: "remove it, and answer again",
  });
}

/** True when an answer can be read: the one condition on which the run stops waiting for it. */
function isThere(file: string): boolean {
  if (lstat(file)?.isFile !== true) return false;
  try {
    Deno.openSync(file, { read: true }).close();
    return true;
  } catch (error) {
    // Another user's, or gone in this moment: looked at again.
    if (error instanceof Error) return false;
    throw error;
  }
}

/**
 * Waits for answers to the gates of the runs in `workspaces` (absolute). An answer is used up when it is read; one that is left from
 * before the question counts too, so that a resume can be answered in advance.
 */
export function fileGates(workspaces: string): GateSource {
  return {
    async answer({ runId, stepId, choices }, signal) {
      const file = gateFile(workspaces, runId, stepId);
      const folder = dirname(file);
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      requireReal(join(Deno.realPathSync(workspaces), runId, ".gates", "answers"));
      for (;;) {
        const answer = takeAnswer(file);
        if (answer !== null && choices.some(({ key }) => key === answer.choice)) return answer;
        await changed(folder, file, signal);
      }
    },
  };
}

function takeAnswer(file: string): GateAnswer | null {
  if (!isThere(file)) return null;
  const text = Deno.readTextFileSync(file);
  Deno.removeSync(file);
  const value = parseJson(text);
  if (!isObject(value)) return null;
  const { choice, text: comment = null, by } = value;
  if (typeof choice !== "string" || (comment !== null && typeof comment !== "string")) return null;
  return { choice, text: comment, ...typeof by === "string" ? { by } : {} };
}

/** Resolves when something happened to `file`, or after {@link POLL_MS}. */
function changed(folder: string, file: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(resolve), POLL_MS);
    const onAbort = () => done(() => reject(signal.reason));
    let watcher: Deno.FsWatcher | null = null;
    const done = (how: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      watcher?.close();
      watcher = null;
      how();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      watcher = Deno.watchFs(folder, { recursive: false });
    } catch (error) {
      // Out of watches: the timer alone does it.
      if (!(error instanceof Error)) throw error;
      return;
    }
    // The answer may have come before the watch.
    if (isThere(file)) return done(resolve);
    // A watch that fails, such as on a file name that is no UTF-8, leaves the waiting to the timer.
    watchUntil(watcher, file).then(() => done(resolve), () => {});
  });
}

/** Resolves when `file` may have become an answer. */
async function watchUntil(watcher: Deno.FsWatcher, file: string): Promise<void> {
  for await (const { paths, flag } of watcher) {
    if ((flag === "rescan" || paths.includes(file)) && isThere(file)) return;
  }
}
