/** Which scripts are accepted, and which are refused, one by one. */
import assert from "node:assert/strict";
import { scriptOf, unsafeIn } from "../../../../executor/language/template/script.ts";
import { ACCEPTED } from "./accepted_scripts.ts";
import { REFUSED } from "./refused_scripts.ts";

for (const [kind, scripts] of Object.entries(REFUSED)) {
  Deno.test(`unsafeIn() refuses a value ${kind}`, () => {
    for (const script of scripts) {
      const unsafe = unsafeIn(script);
      assert(unsafe.length > 0, script);
      assert.throws(() => scriptOf(script, () => "x"), { code: "unsafe_script" }, script);
    }
  });
}

for (const [kind, scripts] of Object.entries(ACCEPTED)) {
  Deno.test(`unsafeIn() accepts a value ${kind}`, () => {
    for (const script of scripts) {
      assert.deepEqual(unsafeIn(script).map(({ reason }) => reason), [], script);
    }
  });
}
