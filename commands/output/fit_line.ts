/** Text in which each character takes one column, as almost all does. */
const PLAIN = /^[ -~]*$/;

/** The text without its colour sequences, the only control sequences that reach a line. */
function withoutColors(text: string): string {
  const [first = "", ...rest] = text.split("\x1b[");
  return first + rest.map((part) => part.slice(part.indexOf("m") + 1)).join("");
}

/**
 * Colour sequences, or one character. Other control sequences never reach a line that is printed. Made
 * when it is needed: classes of Unicode take half a millisecond to compile.
 */
const pieces = (text: string) => text.matchAll(/\p{Cc}\[[0-9;]*m|\P{M}\p{M}*|\p{M}/gu);

/** Characters that take two columns: East Asian wide ones and emoji. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many columns a text takes on a terminal. */
export function columnsOf(text: string): number {
  const visible = withoutColors(text);
  if (PLAIN.test(visible)) return visible.length;
  let columns = 0;
  for (const [piece] of pieces(visible)) columns += WIDE.test(piece) ? 2 : 1;
  return columns;
}

/** `line` cut to `width` columns, so that a terminal does not wrap it. Colours are closed. */
export function fitLine(line: string, width: number): string {
  if (PLAIN.test(line)) return line.slice(0, Math.max(0, width));
  let columns = 0;
  let text = "";
  for (const [piece] of pieces(line)) {
    if (piece.startsWith("\x1b")) {
      text += piece;
      continue;
    }
    const needed = WIDE.test(piece) ? 2 : 1;
    if (columns + needed > width) return text.includes("\x1b") ? `${text}\x1b[0m` : text;
    columns += needed;
    text += piece;
  }
  return text;
}
