/** What somebody meant who wrote a word that does not exist. */

/** Longer words are no slips of the pen, and the distance takes quadratic time. */
const MAX_LENGTH = 64;

/**
 * The candidate with the fewest edits, at most a third of the word's length (and one at least), whatever
 * the case of the letters; null when none is near enough.
 */
export function closest(word: string, candidates: Iterable<string>): string | null {
  if (word === "" || word.length > MAX_LENGTH) return null;
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** The candidate that begins with the word, as somebody types who stops early, or else the closest. */
export function suggest(word: string, candidates: readonly string[]): string | null {
  if (word === "") return null;
  return candidates.find((candidate) => candidate.startsWith(word)) ?? closest(word, candidates);
}

/** Edits (insert, delete, replace, swap of neighbours) that make `a` into `b`. */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let edits = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (older[j - 2] ?? 0) + 1);
      }
      row.push(edits);
    }
    [older, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}
