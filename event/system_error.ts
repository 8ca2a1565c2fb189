/** Errors of the operating system that no program can prevent: a full disk, missing rights, no handles left. */
import { OperationError } from "./errors.ts";

const FULL = ["ENOSPC", "EDQUOT", "EFBIG"];
const REFUSED = ["EACCES", "EPERM"];
const OTHER = [
  ...["EIO", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "ENAMETOOLONG", "ESTALE", "EBUSY", "EXDEV"],
  ...[
    "EISDIR",
    "ENOTEMPTY",
    "ELOOP",
    "ENOTSUP",
    "EOPNOTSUPP",
    "ENOLCK",
    "ENOSYS",
    "ENODEV",
    "ENXIO",
  ],
];

/** The runtime knows no name for some errors and only says their number: these are the same everywhere. */
const NUMBERED = /\(os error (\d+)\)/;
const NAMES: Readonly<Record<string, string>> = { 7: "E2BIG", 27: "EFBIG" };

/**
 * The system's name of an error, such as `ENOSPC`, or `E` and its number where the runtime knows no name;
 * null for an error that is not the system's.
 */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ("code" in error && typeof error.code === "string") {
    return /^E[A-Z0-9]+$/.test(error.code) ? error.code : null;
  }
  const number = NUMBERED.exec(error.message)?.[1];
  return number === undefined ? null : NAMES[number] ?? `E${number}`;
}

/** What an error says, without the number that the runtime adds: a person has no use for `(os error 13)`. */
export function plainMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\)/g, "");
}

/** True when there is no room left for what was to be written. */
export function isDiskFull(error: unknown): boolean {
  return FULL.includes(systemCode(error) ?? "");
}

/**
 * The error that tells a user of a failure of the system: `disk_full`, `permission_denied` or
 * `system_error`. Null for what is no such failure; a file that is missing is none, because whoever opens
 * one that need not be there has to expect it.
 */
export function systemFailure(error: unknown): OperationError | null {
  const code = systemCode(error);
  if (code === null || !(error instanceof Error)) return null;
  if (FULL.includes(code)) {
    return new OperationError("disk_full", plainMessage(error), {
      cause: error,
      hint: "free some disk space, for instance with wave clean --older-than 7d",
    });
  }
  if (code === "EROFS") {
    return new OperationError("permission_denied", plainMessage(error), {
      cause: error,
      hint: "mount it so that it can be written, or work on a copy",
    });
  }
  if (REFUSED.includes(code)) {
    return new OperationError("permission_denied", plainMessage(error), {
      cause: error,
      hint: "look at the owner and the mode of what is named",
    });
  }
  return OTHER.includes(code)
    ? new OperationError("system_error", plainMessage(error), { cause: error })
    : null;
}
