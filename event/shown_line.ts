/** A line as a terminal shows it at its end: progress bars draw over themselves. */

/**
 * What stands in each line of `text` once all of it is written: what follows a carriage return covers what
 * was there before, as far as it reaches. Colours and other controls stay.
 */
export function shownLines(text: string): string {
  if (!text.includes("\r")) return text;
  return text.split("\n").map(shownLine).join("\n");
}

function shownLine(line: string): string {
  const parts = line.split("\r");
  // How far a sequence for the terminal reaches is the terminal's business: most of them clear the line.
  if (line.includes("\x1b")) return parts.findLast((part) => part !== "") ?? "";
  return parts.reduce((shown, part) => part + shown.slice(part.length));
}
