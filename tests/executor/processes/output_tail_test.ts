import { equal } from "node:assert/strict";
import { Tail } from "../../../executor/processes/output_tail.ts";

function tailOf(...pieces: string[]): string {
  const tail = new Tail();
  for (const piece of pieces) tail.keep(new TextEncoder().encode(piece));
  return tail.text();
}

Deno.test("Tail.text() is all of a short text, and the whole lines at the end of a long one", () => {
  equal(tailOf(), "");
  equal(tailOf("one\ntwo"), "one\ntwo");
  equal(tailOf("x".repeat(2044), "\nend"), `${"x".repeat(2044)}\nend`);
  equal(tailOf("x".repeat(2045), "\nend"), "end");
  equal(tailOf("x".repeat(5000), "\nend\n", "really"), "end\nreally");
});

Deno.test("Tail.text() of a single long line begins with a whole word", () => {
  const secret = "s3cr3t".repeat(10);
  equal(tailOf(`${secret} ${"a".repeat(2000)} b`), `${"a".repeat(2000)} b`);
  equal(tailOf(`${"a".repeat(3000)}\n`), "");
});
