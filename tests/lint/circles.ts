/** Circles of imports, of values or of types. A linter shows one file; the others are read from the disk. */
import { dirname, join } from "node:path";

/** Tells what a file imports; paths are relative to the repository. */
export type ImportsOf = (file: string) => readonly string[];

const IMPORT = /\b(?:import|export)\b[^;"']*?\bfrom\s*"(\.[^"]+)"|\bimport\s*\(?\s*"(\.[^"]+)"/g;

/** The files that a text of `file` imports: statically or dynamically, values or types. */
export function importsIn(file: string, text: string): string[] {
  const code = text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  const targets = Array.from(code.matchAll(IMPORT), ([, named, bare]) => named ?? bare ?? "");
  return [...new Set(targets)].filter((target) => target.endsWith(".ts"))
    .map((target) => join(dirname(file), target));
}

/** Reads files below `root`, each once. What is not there imports nothing. */
export function importsOnDisk(root: string): ImportsOf {
  const known = new Map<string, readonly string[]>();
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const imports = importsIn(file, textOf(join(root, file)));
    known.set(file, imports);
    return imports;
  };
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** The shortest way from `target` back to `file` over imports, `file` first and last; null if there is none. */
export function circle(file: string, target: string, importsOf: ImportsOf): string[] | null {
  const cameFrom = new Map<string, string>([[target, file]]);
  // Grows while it is walked.
  for (const at of cameFrom.keys()) {
    if (at === file) return wayTo(file, cameFrom);
    for (const next of importsOf(at)) if (!cameFrom.has(next)) cameFrom.set(next, at);
  }
  return null;
}

function wayTo(file: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [file];
  let at = cameFrom.get(file);
  while (at !== undefined && at !== file) {
    way.unshift(at);
    at = cameFrom.get(at);
  }
  return [file, ...way];
}
