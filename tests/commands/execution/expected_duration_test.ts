import { deepStrictEqual, equal } from "node:assert/strict";
import { expectedOf } from "../../../commands/execution/expected_duration.ts";

Deno.test("expectedOf() tells the spread of three durations and more", () => {
  equal(expectedOf([]), null);
  equal(expectedOf([1, 2]), null);
  deepStrictEqual(expectedOf([30, 10, 20]), { least: 10, median: 20, most: 30 });
  deepStrictEqual(expectedOf([4, 1, 3, 2]), { least: 1, median: 2, most: 4 });
});
