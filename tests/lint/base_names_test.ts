import { deepStrictEqual } from "node:assert/strict";
import { basename, fromFileUrl, join, relative } from "@std/path";
import { LAYERS } from "./folder_table.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* sourceFiles(path);
    else if (name.endsWith(".ts")) yield relative(ROOT, path);
  }
}

Deno.test("no two source files have the same name", async () => {
  const byName = new Map<string, string[]>();
  for (const top of Object.keys(LAYERS)) {
    if (top.endsWith(".ts")) continue;
    for await (const file of sourceFiles(join(ROOT, top))) {
      byName.set(basename(file), [...byName.get(basename(file)) ?? [], file]);
    }
  }
  deepStrictEqual([...byName.values()].filter((files) => files.length > 1), []);
});
