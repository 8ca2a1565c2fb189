/**
 * Everything that could steer a terminal or turn the reading order around: C0 except tab and newline,
 * DEL, C1, the separators U+2028 and U+2029, bidirectional controls, invisible marks and lone halves of
 * surrogate pairs.
 */
const UNSAFE =
  /(?![\t\n])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 13) return "\\r";
  if (code === 27) return "\\e";
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
  return json.replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
