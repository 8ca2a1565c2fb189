import assert from "node:assert/strict";
import { addTokens, NO_TOKENS, subtractTokens, sumTokens } from "../../event/tokens.ts";

Deno.test("tokens are counted each for itself", () => {
  const a = { input: 1, output: 20, total: 300 };
  const b = { input: 4, output: 50, total: 600 };
  assert.deepEqual(addTokens(a, b), { input: 5, output: 70, total: 900 });
  assert.deepEqual(subtractTokens(b, a), { input: 3, output: 30, total: 300 });
  assert.deepEqual(sumTokens([a, b, a]), { input: 6, output: 90, total: 1200 });
  assert.deepEqual(sumTokens([]), NO_TOKENS);
});
