import { deepStrictEqual } from "node:assert/strict";
import { ValueFinder } from "../../../event/redaction/find_values.ts";

const SHORT = "a1b2c3d4";
const LONG = "zyxwvutsrqponmlk";
const finder = new ValueFinder([SHORT, LONG, `${SHORT}e5`]);

Deno.test("ValueFinder.find() finds each value, at the borders of the text too", () => {
  const cases: [text: string, from: number, spans: [number, number][]][] = [
    [SHORT, 0, [[0, 8]]],
    [`${SHORT}e5`, 0, [[0, 10]]],
    [`-${LONG}`, 0, [[1, 17]]],
    [`${SHORT}${LONG}`, 0, [[0, 8], [8, 24]]],
    [`${SHORT} ${SHORT}`, 1, [[9, 17]]],
    [SHORT.slice(0, -1), 0, []],
    ["", 0, []],
  ];
  for (const [text, from, spans] of cases) {
    deepStrictEqual(finder.find(text, from).map(({ start, end }) => [start, end]), spans, text);
  }
});

Deno.test("ValueFinder.open() tells where a value may begin that is not all there", () => {
  const cases: [text: string, from: number, at: number][] = [
    [`x${LONG.slice(0, -1)}`, 0, 1],
    [`x${LONG}`, 0, 17],
    [`x${LONG.slice(0, 1)}`, 0, 1],
    [`x${SHORT}`, 0, 1],
    [`x${SHORT}e`, 0, 1],
    [`x${SHORT}e5`, 0, 11],
    [`x${LONG.slice(0, -1)}`, 2, 16],
    ["plain", 0, 5],
  ];
  for (const [text, from, at] of cases) deepStrictEqual(finder.open(text, from), at, text);
});
