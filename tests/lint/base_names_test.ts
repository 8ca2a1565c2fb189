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

async function* allSourceFiles(): AsyncGenerator<string> {
  for (const top of Object.keys(LAYERS)) {
    if (!top.endsWith(".ts")) yield* sourceFiles(join(ROOT, top));
  }
}

/** The names that more than one file has. */
function shared(files: ReadonlyMap<string, ReadonlySet<string>>): [string, string[]][] {
  return [...files].filter(([, holders]) => holders.size > 1)
    .map(([name, holders]) => [name, [...holders].sort()]);
}

Deno.test("no two source files have the same name", async () => {
  const files = new Map<string, Set<string>>();
  for await (const file of allSourceFiles()) {
    const name = basename(file);
    files.set(name, (files.get(name) ?? new Set()).add(file));
  }
  deepStrictEqual(shared(files), []);
});

const EXPORT = /^export (?:async )?(?:function\*?|class|interface|type|const) ([A-Za-z_]\w*)/gm;

Deno.test("no two source files export different things under one name", async () => {
  const files = new Map<string, Set<string>>();
  for await (const file of allSourceFiles()) {
    for (const [, name = ""] of (await Deno.readTextFile(join(ROOT, file))).matchAll(EXPORT)) {
      // What a command does is called `run` in the module of each.
      if (name !== "run") files.set(name, (files.get(name) ?? new Set()).add(file));
    }
  }
  deepStrictEqual(shared(files), []);
});
