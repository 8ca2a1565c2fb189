/** Names and paths that a manifest or a pipeline may use. */

/** Pipelines, steps, artifacts (contract, section 1). */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const NAME_RULE =
  "a name has letters, digits, dots, dashes and underscores, begins with a letter or digit, and has at most 64 characters";

/**
 * A path below some folder, tidied (`./a//b/` is `a/b`, `./` is `.`), or null when it could lead out of
 * it or holds control characters. A leading slash is taken for the folder itself when `rooted`.
 */
export function pathBelow(path: string, rooted = false): string | null {
  const tail = rooted ? path.replace(/^\/+/, "") : path;
  if (/[\p{Cc}\\]/u.test(tail) || tail.startsWith("/") || tail.length > 1024) return null;
  const parts = tail.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return null;
  return parts.length === 0 ? "." : parts.join("/");
}
