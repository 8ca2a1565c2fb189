/**
 * The marks by which every process of an attempt is found again, also in another session and under
 * another parent: a random nonce in the environment, and on Linux a number made from it as the soft
 * limit on file locks, which the kernel ignores and every child inherits.
 */
import { OperationError } from "../../event/errors.ts";

/** Greatest limit that is nobody's own choice: markers lie in 2^52 … 2^53 and fit a safe integer. */
const MARKER_BASE = 2 ** 52;
const NONCE = /^[0-9a-f]{32}$/;

export interface Mark {
  /** 32 hexadecimal digits, random for each attempt; recorded in the step's `running` event. */
  readonly nonce: string;
  /** What the soft limit "Max file locks" of the attempt's processes reads. */
  readonly limit: number;
}

/** Where an attempt's processes stand, as they see it themselves. Paths are absolute. */
export interface MarkScope {
  readonly runId: string;
  readonly stepId: string;
  readonly project: string;
  readonly workspace: string;
  /** `WAVE_NONCE` of the wave process itself, when it runs within a step of another one. */
  readonly outer?: string | undefined;
}

/** A mark that no other attempt has. */
export function newMark(): Mark {
  return markOf(crypto.randomUUID().replaceAll("-", ""));
}

/** False for what no wave has recorded as a nonce: no process can carry such a mark. */
export function isNonce(text: string): boolean {
  return NONCE.test(text);
}

/**
 * The mark of an attempt that was recorded earlier.
 *
 * @throws {OperationError} `bad_process_mark` when `nonce` was not made by {@link newMark}: what a
 * damaged record says must never decide which processes are ended.
 */
export function markOf(nonce: string): Mark {
  if (!isNonce(nonce)) {
    throw new OperationError(
      "bad_process_mark",
      "Cannot look for processes: the recorded mark is damaged",
      {
        hint: "wave doctor",
      },
    );
  }
  return { nonce, limit: MARKER_BASE + Number.parseInt(nonce.slice(0, 13), 16) };
}

/**
 * The variables that every process of an attempt gets. Nonces of an enclosing wave are kept, outermost
 * first (`outer/inner`), so that ending an outer step finds the processes of the inner one too.
 */
export function markEnvironment(mark: Mark, scope: MarkScope): Record<string, string> {
  const outer = (scope.outer ?? "").split("/").filter((nonce) => NONCE.test(nonce));
  return {
    WAVE_RUN_ID: scope.runId,
    WAVE_STEP_ID: scope.stepId,
    WAVE_PROJECT: scope.project,
    WAVE_WORKSPACE: scope.workspace,
    WAVE_NONCE: [...outer, mark.nonce].join("/"),
  };
}

/** `WAVE_NONCE` around what an attempt starts: the nonces around the attempt, and then its own. */
export function nonceChain(
  { outer, mark }: { readonly outer: string | undefined; readonly mark: Mark },
): string {
  return outer === undefined ? mark.nonce : `${outer}/${mark.nonce}`;
}
