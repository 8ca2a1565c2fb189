/** Checks that a step has changed files, and not only looked at them. */
import { git } from "../files/git.ts";
import type { SourceDiffContract } from "../language/model/contract.ts";
import type { CheckResult } from "./check_result.ts";

/** So many of the changed files that do not count are named. */
const SHOWN = 3;

/** Files that differ from the base, new ones too, as far as git does not ignore them. */
export async function sourceDiff(
  folder: string,
  { base, glob, exclude, minFiles }: SourceDiffContract,
  signal: AbortSignal,
): Promise<CheckResult> {
  const listed = await Promise.all([
    git(folder, ["diff", "-z", "--name-only", "--relative", base, "--"], signal),
    git(folder, ["ls-files", "-z", "--others", "--exclude-standard"], signal),
  ]);
  const changed = listed.flatMap((text) => text.split("\0")).filter((path) => path !== "");
  const counted = changed.filter((path) =>
    (glob === null || matchesGlob(path, glob)) && !exclude.some((one) => matchesGlob(path, one))
  );
  if (counted.length >= minFiles) return { reason: null };
  const others = changed.filter((path) => !counted.includes(path)).slice(0, SHOWN);
  const beside = others.length === 0 ? "" : ` (not counted: ${others.join(", ")})`;
  return {
    reason: `${counted.length} of at least ${minFiles} files changed since ${base}${beside}`,
  };
}

/**
 * Whether a path, or its last part, is one of those that the pattern means: `*` and `?` stay within a folder,
 * `**` does not, `{a,b}` is one of both.
 */
export function matchesGlob(path: string, glob: string): boolean {
  const written = glob.replaceAll(/\*\*\/?|[*?{},]|[.+^$()|[\]\\]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part === "{") return "(?:";
    if (part === "}") return ")";
    return part === "," ? "|" : `\\${part}`;
  });
  const pattern = new RegExp(`^(?:${written})$`, "s");
  return pattern.test(path) || pattern.test(path.slice(path.lastIndexOf("/") + 1));
}
