/** Keeps secrets out of everything that is recorded (contract, section 6). */

const REPLACEMENT = "[redacted]";
const SECRET_NAME = /(?:_KEY|_TOKEN|_SECRET)$|PASSWORD/i;
/** A shorter value is more likely a word that stands in harmless text, too. No token shape is shorter. */
const MIN_LENGTH = 8;

/** Shapes of usual tokens. None begins in the middle of a word, or `task-…` would be one. */
const TOKEN_SHAPES = [
  "sk-[\\w-]{16,}",
  "gh[opsru]_[A-Za-z0-9]{16,}",
  "github_pat_\\w{16,}",
  "A(?:KI|SI)A[A-Z0-9]{16}",
  "xox[a-z]-[\\w-]{10,}",
  "AIza[\\w-]{30,}",
  "glpat-[\\w-]{16,}",
  "eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*",
  "Bearer\\s+[\\w.~+/=-]{8,}",
];
const KEY_BLOCK =
  "-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^]*?-----END [A-Z ]*PRIVATE KEY-----|[^]*$)";
const SHAPES = `(?<![A-Za-z0-9])(?:${TOKEN_SHAPES.join("|")})|${KEY_BLOCK}`;

export interface Redactor {
  /** The text with every secret replaced. */
  text(text: string): string;
  /** A JSON value with the secrets in its strings and keys replaced. */
  value(json: unknown): unknown;
  /** The secrets by value, longest first; for {@linkcode createStreamRedactor}. */
  readonly secrets: readonly string[];
}

/** A redactor for the secrets that stand in these environment variables, and for usual token shapes. */
export function createRedactor(env: Readonly<Record<string, string>>): Redactor {
  const secrets = secretsIn(env);
  const values = anyOf(secrets);
  const shapes = new RegExp(SHAPES, "g");
  const text = (input: string): string => {
    if (input.length < MIN_LENGTH) return input;
    const known = values === null ? input : input.replace(values, REPLACEMENT);
    return known.replace(shapes, REPLACEMENT);
  };
  const value = (json: unknown): unknown => {
    if (typeof json === "string") return text(json);
    if (Array.isArray(json)) return json.map(value);
    if (typeof json !== "object" || json === null) return json;
    return Object.fromEntries(Object.entries(json).map(([key, one]) => [text(key), value(one)]));
  };
  return { text, value, secrets };
}

/** Each secret as it is, and as it looks within a JSON string and a URL. */
function secretsIn(env: Readonly<Record<string, string>>): string[] {
  const found = Object.entries(env)
    .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= MIN_LENGTH)
    .flatMap(([, value]) => [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value.toWellFormed()),
    ]);
  return [...new Set(found)].sort((a, b) => b.length - a.length);
}

function anyOf(secrets: readonly string[]): RegExp | null {
  if (secrets.length === 0) return null;
  return new RegExp(secrets.map((secret) => RegExp.escape(secret)).join("|"), "g");
}

/** Redacts a text that comes in pieces, whose borders may cut a secret. */
export interface StreamRedactor {
  /** The text that is safe to pass on; what may be the beginning of a secret is held back. */
  push(piece: string): string;
  /** The rest, at the end of the text. */
  flush(): string;
}

/** A redactor for one stream of text. Holds back only what may be the beginning of a secret. */
export function createStreamRedactor(redactor: Redactor): StreamRedactor {
  const values = valueStream(redactor.secrets);
  const shapes = shapeStream();
  return {
    push: (piece) => shapes.push(values.push(piece)),
    flush: () => shapes.push(values.flush()) + shapes.flush(),
  };
}

function valueStream(secrets: readonly string[]): StreamRedactor {
  const pattern = anyOf(secrets);
  if (pattern === null) return { push: (piece) => piece, flush: () => "" };
  const replace = (text: string) => text.replace(pattern, REPLACEMENT);
  let held = "";
  return {
    push(piece) {
      const text = held + piece;
      let hold = openValue(secrets, text);
      for (const match of text.matchAll(pattern)) {
        if (match.index < hold) hold = Math.max(hold, match.index + match[0].length);
      }
      held = text.slice(hold);
      return replace(text.slice(0, hold));
    },
    flush() {
      const rest = replace(held);
      held = "";
      return rest;
    },
  };
}

/** Where what may be the beginning of a secret begins at the end of a text; its length without one. */
function openValue(secrets: readonly string[], text: string): number {
  const longest = secrets[0]?.length ?? 0;
  let at = Math.max(0, text.length - Math.max(0, longest - 1));
  while (at < text.length && !beginsOne(secrets, text, at)) at++;
  return at;
}

/** True when the text from `at` to its end is the beginning of a longer secret. */
function beginsOne(secrets: readonly string[], text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return secrets.some((secret) =>
    secret.charCodeAt(0) === code && secret.length > text.length - at &&
    secret.startsWith(text.slice(at))
  );
}

/** What may go on as a token: the last word, with the `Bearer` before it, or the dashes of a key block. */
const OPEN_END = /(?:Bearer\s*|(?<![A-Za-z0-9])-----BEGIN [A-Z ]*)?[\w.~+/=-]*$/;
/**
 * Where a text may be cut without cutting a secret: the place nearest to its end behind which there is
 * nothing that may be the beginning of one. Of a long word without an end that is a guess.
 */
export function safeBorder({ secrets }: Redactor, text: string): number {
  return openWord(text, openValue(secrets, text));
}

/** Where the last word of the first `end` characters begins; `end` when it is too long for a secret. */
function openWord(text: string, end: number): number {
  const from = Math.max(0, end - MAX_WORD);
  const word = OPEN_END.exec(text.slice(from, end))?.index ?? end - from;
  return word === 0 ? end : from + word;
}

/** Longer than every shape needs to be recognised, so that a longer word need not be held back whole. */
const MAX_WORD = 4096;
/** A recognised secret is not held back beyond this: its rest is then dropped as it comes. */
const MAX_HELD = 64 << 10;
const WORD_END = /[^\w.~+/=-]/;
const KEY_END = /-----END [A-Z ]*PRIVATE KEY-----/;
const KEY_END_LENGTH = 64;

function shapeStream(): StreamRedactor {
  const pattern = new RegExp(SHAPES, "g");
  let held = "";
  /** What ends the secret whose rest is being dropped. */
  let dropping: RegExp | null = null;

  /** The text after the secret that is being dropped. */
  function afterDropped(text: string, until: RegExp): string {
    const end = until.exec(text);
    if (end === null) {
      held = until === KEY_END ? text.slice(-KEY_END_LENGTH) : "";
      return "";
    }
    dropping = null;
    return text.slice(until === KEY_END ? end.index + end[0].length : end.index);
  }

  function push(piece: string): string {
    let text = held + piece;
    held = "";
    if (dropping !== null) text = afterDropped(text, dropping);
    let safe = "";
    let done = 0;
    for (const match of text.matchAll(pattern)) {
      safe += text.slice(done, match.index);
      done = match.index;
      const end = match.index + match[0].length;
      if (end < text.length) {
        safe += REPLACEMENT;
        done = end;
      } else if (match[0].length > MAX_HELD) {
        dropping = match[0].startsWith("-----") ? KEY_END : WORD_END;
        held = dropping === KEY_END ? text.slice(-KEY_END_LENGTH) : "";
        return safe + REPLACEMENT;
      } else {
        held = match[0];
        return safe;
      }
    }
    if (dropping !== null) return safe;
    const from = Math.max(done, text.length - MAX_WORD);
    const hold = from + (OPEN_END.exec(text.slice(from))?.index ?? text.length - from);
    held = text.slice(hold);
    return safe + text.slice(done, hold);
  }

  return {
    push,
    flush() {
      const rest = dropping === null ? held.replace(pattern, REPLACEMENT) : "";
      held = "";
      dropping = null;
      return rest;
    },
  };
}
