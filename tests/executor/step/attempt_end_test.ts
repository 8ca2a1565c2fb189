import assert from "node:assert/strict";
import { OperationError } from "../../../event/errors.ts";
import { failedByError, NOTHING_SPENT } from "../../../executor/step/attempt_end.ts";

Deno.test("failedByError() says what to do, where the error does", () => {
  const cause = new OperationError("no_git", 'Cannot start "git"', { hint: "install it" });
  const messages = [cause, new OperationError("x", "It failed")].map((error) =>
    failedByError(error, NOTHING_SPENT, true).message
  );
  assert.deepEqual(messages, ['Cannot start "git"; install it', "It failed"]);
  assert.throws(() => failedByError(new TypeError("a bug"), NOTHING_SPENT, true), TypeError);
});
