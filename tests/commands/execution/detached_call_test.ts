import assert from "node:assert/strict";
import { optionArguments } from "../../../commands/execution/detached_call.ts";

const DECLARED = {
  mock: { kind: "flag", summary: "" },
  detach: { kind: "flag", summary: "" },
  input: { kind: "text", summary: "" },
  model: { kind: "text", summary: "" },
  timeout: { kind: "duration", summary: "" },
  "max-workers": { kind: "integer", summary: "" },
  "max-usd": { kind: "amount", summary: "" },
  status: { kind: "choices", choices: ["a", "b"], summary: "" },
} as const;

Deno.test("optionArguments() says a call once more, without what only this process needs", () => {
  const none = {
    model: undefined,
    timeout: undefined,
    "max-workers": undefined,
    status: undefined,
    "max-usd": undefined,
  };
  const given = { mock: false, detach: true, input: "text", ...none };
  assert.deepEqual(optionArguments(DECLARED, given), []);
  const values = { timeout: 90_500, "max-workers": 2, model: "-x y", status: ["a", "b"] } as const;
  assert.deepEqual(optionArguments(DECLARED, { ...given, ...values, mock: true }), [
    ...["--mock", "--model=-x y", "--timeout=91s", "--max-workers=2", "--status=a,b"],
  ]);
  const amounts = { 2.5: "2.5", 100: "100", 1e-9: "0.000000001", 999999999999: "999999999999" };
  for (const [amount, text] of Object.entries(amounts)) {
    const words = optionArguments(DECLARED, { ...given, "max-usd": Number(amount) });
    assert.deepEqual(words, [`--max-usd=${text}`]);
  }
});
