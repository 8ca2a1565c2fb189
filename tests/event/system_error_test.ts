import assert from "node:assert/strict";
import { systemCode, systemFailure } from "../../event/system_error.ts";

function coded(code: string | undefined, message: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

Deno.test("systemFailure() tells users of what the system refuses, and of nothing else", () => {
  for (
    const [error, code, failure] of [
      [coded("ENOSPC", "No space left on device (os error 28)"), "ENOSPC", "disk_full"],
      [coded(undefined, "File too large (os error 27)"), "EFBIG", "disk_full"],
      [coded("EACCES", "Permission denied"), "EACCES", "permission_denied"],
      [coded("EIO", "Input/output error"), "EIO", "system_error"],
      // Whoever opens a file that may be missing must expect it.
      [coded("ENOENT", "No such file"), "ENOENT", undefined],
      [coded("ERR_INVALID_ARG_TYPE", "a bug"), null, undefined],
      [new TypeError("a bug"), null, undefined],
      ["text", null, undefined],
    ] as const
  ) {
    assert.equal(systemCode(error), code);
    assert.equal(systemFailure(error)?.code, failure);
  }
});
