import { deepStrictEqual } from "node:assert/strict";
import { fromFileUrl, join } from "@std/path";
import { exists } from "../../event/files.ts";
import { MUTANTS } from "./mutants.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("each fault of the list can be made: its text stands once in its file", () => {
  const wrong = MUTANTS.filter(({ file, find, replace }) =>
    find === replace || Deno.readTextFileSync(join(ROOT, file)).split(find).length !== 2
  );
  deepStrictEqual(wrong.map(({ file, find }) => `${file}: ${find}`), []);
});

Deno.test("each fault of the list names tests that are there", () => {
  const tests = new Set(MUTANTS.flatMap((mutant) => mutant.tests));
  deepStrictEqual([...tests].filter((path) => !exists(join(ROOT, path))), []);
});

Deno.test("no fault stands in the list twice", () => {
  const keys = MUTANTS.map(({ file, find, replace }) => `${file}: ${find} -> ${replace}`);
  deepStrictEqual(keys.filter((key, index) => keys.indexOf(key) !== index), []);
});
