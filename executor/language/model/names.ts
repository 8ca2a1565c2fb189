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
