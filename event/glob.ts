/**
 * True when the whole of `text` matches the glob: `*` any characters, `?` one, `[abc]`, `[a-z]`,
 * `[!…]` and `[^…]` one of a set or outside it. A `[` that nothing closes stands for itself.
 * The time is bounded by the product of both lengths, whatever the pattern.
 */
export function globMatches(glob: string, text: string): boolean {
  let g = 0;
  let t = 0;
  // Where to go on after the newest star swallowed one character more.
  let star = -1;
  let swallowed = 0;
  while (t < text.length) {
    if (glob[g] === "*") {
      star = ++g;
      swallowed = t;
      continue;
    }
    const next = matchOne(glob, g, text.charAt(t));
    if (next !== -1) {
      g = next;
      t++;
    } else if (star !== -1) {
      g = star;
      t = ++swallowed;
    } else {
      return false;
    }
  }
  while (glob[g] === "*") g++;
  return g === glob.length;
}

/** The index after the pattern's element at `g` when it matches `character`, else -1. */
function matchOne(glob: string, g: number, character: string): number {
  const element = glob[g];
  if (element === undefined) return -1;
  if (element === "?") return g + 1;
  if (element === "[") {
    const end = setEnd(glob, g);
    if (end !== -1) return inSet(glob.slice(g + 1, end), character) ? end + 1 : -1;
  }
  return element === character ? g + 1 : -1;
}

/** Where the set that begins at `g` closes, or -1. A `]` right at its start is one of its characters. */
function setEnd(glob: string, g: number): number {
  const negated = glob[g + 1] === "!" || glob[g + 1] === "^";
  return glob.indexOf("]", g + (negated ? 3 : 2));
}

function inSet(set: string, character: string): boolean {
  const negated = set.startsWith("!") || set.startsWith("^");
  for (let i = negated ? 1 : 0; i < set.length; i++) {
    const low = set.charAt(i);
    if (set[i + 1] === "-" && i + 2 < set.length) {
      if (low <= character && character <= set.charAt(i + 2)) return !negated;
      i += 2;
    } else if (low === character) {
      return !negated;
    }
  }
  return negated;
}
