import { unicodeWidth } from "@std/cli/unicode-width";

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
const pieces = (text: string) => text.matchAll(/\p{Cc}\[[0-9;]*m|./gsu);

/** How many columns a text takes on a terminal. */
export function columnsOf(text: string): number {
  const visible = withoutColors(text);
  return PLAIN.test(visible) ? visible.length : unicodeWidth(visible);
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
    const needed = columnsOf(piece);
    if (columns + needed > width) return text.includes("\x1b") ? `${text}\x1b[0m` : text;
    columns += needed;
    text += piece;
  }
  return text;
}
