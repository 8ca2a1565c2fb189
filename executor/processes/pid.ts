/** Numbers that can be the id of an ordinary process. */
import { OperationError } from "../../event/errors.ts";

/**
 * Returns `pid` when it can be an ordinary process.
 *
 * @throws {OperationError} `bad_pid` for what means a group, everything or the system: 0, 1, negative
 * numbers, and for what is no pid at all. A damaged record must never become a signal to one of those.
 */
export function checkPid(pid: number): number {
  if (Number.isInteger(pid) && pid > 1 && pid <= 2 ** 31 - 1) return pid;
  throw new OperationError(
    "bad_pid",
    `Cannot use "${pid}" as a process id: not an ordinary process`,
    {
      hint: "wave doctor",
    },
  );
}

/**
 * Returns `pid` when it can be a process at all. Process 1 is one, too: in a container wave itself may be it.
 *
 * @throws {OperationError} `bad_pid`.
 */
export function checkAnyPid(pid: number): number {
  return pid === 1 ? pid : checkPid(pid);
}
