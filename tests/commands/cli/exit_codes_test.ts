import assert from "node:assert/strict";
import { exitCodeOfRun, worstExitCode } from "../../../commands/cli/exit_codes.ts";
import { ExitCode } from "../../../event/errors.ts";

const { done, failed, cancelled } = ExitCode;

Deno.test("exitCodeOfRun() says how a run ended", () => {
  assert.deepEqual([done, failed, cancelled], [0, 1, 4]);
  assert.equal(exitCodeOfRun("completed"), 0);
  assert.equal(exitCodeOfRun("failed"), 1);
  assert.equal(exitCodeOfRun("cancelled"), 4);
});

Deno.test("worstExitCode() takes failed for worse than cancelled, in any order", () => {
  const cases: [readonly ExitCode[], ExitCode][] = [
    [[], done],
    [[done, done], done],
    [[done, cancelled], cancelled],
    [[cancelled, done], cancelled],
    [[cancelled, failed], failed],
    [[failed, cancelled, done], failed],
    [[done, failed], failed],
  ];
  for (const [codes, worst] of cases) assert.equal(worstExitCode(codes), worst, codes.join());
});
