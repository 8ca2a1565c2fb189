import { deepStrictEqual } from "node:assert/strict";
import { circle, importsIn } from "./circles.ts";

Deno.test("importsIn() finds every kind of import, of values and of types", () => {
  const text = `/** Like import { a } from "./comment.ts". */
import { a } from "./value.ts";
import type { B } from "../b/type.ts";
import {
  c,
  type D,
} from "./lines.ts";
import "./effect.ts";
export * from "./all.ts";
export type { E } from "./exported.ts";
// import { f } from "./line_comment.ts";
const g = await import("./dynamic.ts");
import yaml from "yaml";
import sql from "./schema.sql" with { type: "text" };
`;
  deepStrictEqual(importsIn("x/y/file.ts", text), [
    "x/y/value.ts",
    "x/b/type.ts",
    "x/y/lines.ts",
    "x/y/effect.ts",
    "x/y/all.ts",
    "x/y/exported.ts",
    "x/y/dynamic.ts",
  ]);
});

Deno.test("circle() tells the shortest way back, and none where there is none", () => {
  const graph: Record<string, readonly string[]> = {
    a: ["b", "c"],
    b: ["c"],
    c: ["d"],
    d: ["a", "e"],
    e: ["f"],
    f: ["e"],
    g: ["g"],
  };
  const importsOf = (file: string) => graph[file] ?? [];
  deepStrictEqual(circle("a", "b", importsOf), ["a", "b", "c", "d", "a"]);
  deepStrictEqual(circle("a", "c", importsOf), ["a", "c", "d", "a"]);
  deepStrictEqual(circle("d", "e", importsOf), null);
  deepStrictEqual(circle("e", "f", importsOf), ["e", "f", "e"]);
  deepStrictEqual(circle("g", "g", importsOf), ["g", "g"]);
  deepStrictEqual(circle("a", "missing", importsOf), null);
});
