/**
 * Everything that could steer a terminal, turn the reading order around, or be read by a program and not
 * be seen by a person: C0 except tab and newline, DEL, C1, the separators U+2028 and U+2029, bidirectional
 * controls, characters without a width, fillers, tags, most selectors of variants, private characters and
 * lone halves of surrogate pairs. Named by what is left, because a class of Unicode such as `\p{Cc}`
 * takes 0.6 ms to compile, and this 0.2 ms.
 */
const UNSAFE =
  /[^\t\n -~\u00a0-\u00ac\u00ae-\u034e\u0350-\u061b\u061d-\u115e\u1161-\u17b3\u17b6-\u180a\u1810-\u200a\u2010-\u2027\u202f-\u205f\u2070-\u3163\u3165-\ud7ff\uf900-\ufdff\ufe0e-\ufefe\uff00-\uff9f\uffa1-\ufff8\ufffc-\u{1bc9f}\u{1bca4}-\u{1d172}\u{1d17b}-\u{dffff}\u{e1000}-\u{effff}]/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 13) return "\\r";
  if (code === 27) return "\\e";
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code < 256
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * `text` with every control sequence made visible (`\e[31m`), so that text of agents, inputs and names
 * cannot steer a terminal (contract, section 2). Newlines and tabs stay.
 */
export function safeText(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** As `safeText`, but on one line: newlines and tabs are made visible too. */
export function safeLine(text: string): string {
  return safeText(text).replace(/\n/g, "\\n").replace(/\t/g, " ");
}

/** JSON text in which what a terminal may obey is escaped, so that it can be printed as it is. */
export function safeJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""));
}
