import assert from "node:assert/strict";
import { isPassing, unavailableModel } from "../../../executor/adapters/model_trouble.ts";

Deno.test("unavailableModel() reads in an agent's error why its model cannot be had", () => {
  const cases: [error: string, reason: string | null][] = [
    ['API Error: 529 {"type":"error","error":{"type":"overloaded_error"}}', "overloaded"],
    ["API Error: Repeated 529 Overloaded errors", "overloaded"],
    ["The model is overloaded. Please try again later.", "overloaded"],
    ["unexpected status 503 Service Unavailable", "unavailable"],
    ["status code: 503", "unavailable"],
    ['{"code": 503, "status": "UNAVAILABLE"}', "unavailable"],
    ["The model `gpt-9` does not exist or you do not have access to it.", "unknown model"],
    ["There's an issue with the selected model (o-9). It may not exist", "unknown model"],
    ["404 not_found_error: model: claude-9", "unknown model"],
    ["models/gemini-9 is not found for API version v1beta", "unknown model"],
    ["ProviderModelNotFoundError", "unknown model"],
    ["Claude usage limit reached", "usage limit"],
    ["exceeded retry limit, last status: 429 Too Many Requests", "rate limit"],
    ["exit code 1: 503 tests failed", null],
    ["exit code 1", null],
    ["the agent gave no answer", null],
    ["Cannot read model.json: No such file", null],
    ["there is no file model-529.md", null],
  ];
  for (const [error, reason] of cases) assert.equal(unavailableModel(error), reason, error);
});

Deno.test("isPassing() is true of what says nothing of the work", () => {
  const passing = [
    ...["overloaded_error", "status 503", "429 Too Many Requests", "usage limit reached"],
    ...["API Error: 500 oops", "read ECONNRESET", "fetch failed", "time limit of 3s reached"],
  ];
  for (const error of passing) assert.ok(isPassing(error), error);
  const lasting = ["unknown model o9", "exit code 1", "the agent gave no answer", "500 lines"];
  for (const error of lasting) assert.ok(!isPassing(error), error);
});
