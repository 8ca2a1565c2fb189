import assert from "node:assert/strict";
import { optionArguments } from "../../../commands/execution/detached_call.ts";

const DECLARED = {
  mock: { kind: "flag", summary: "" },
  detach: { kind: "flag", summary: "" },
  input: { kind: "text", summary: "" },
  model: { kind: "text", summary: "" },
  timeout: { kind: "duration", summary: "" },
  "max-workers": { kind: "integer", summary: "" },
  status: { kind: "choices", choices: ["a", "b"], summary: "" },
} as const;

Deno.test("optionArguments() says a call once more, without what only this process needs", () => {
  const none = {
    model: undefined,
    timeout: undefined,
    "max-workers": undefined,
    status: undefined,
  };
  const given = { mock: false, detach: true, input: "text", ...none };
  assert.deepEqual(optionArguments(DECLARED, given), []);
  const values = { timeout: 90_500, "max-workers": 2, model: "-x y", status: ["a", "b"] } as const;
  assert.deepEqual(optionArguments(DECLARED, { ...given, ...values, mock: true }), [
    ...["--mock", "--model=-x y", "--timeout=91s", "--max-workers=2", "--status=a,b"],
  ]);
});
