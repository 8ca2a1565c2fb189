/** How a secret looks where programs write it: as it is, in base64, in a URL, in JSON, in a shell. */
import { MIN_SECRET_LENGTH } from "./secret_names.ts";

/** Longer forms are searched for in pieces, so that little of a text has to be held back. */
const MAX_FORM = 256;
/** Lines of a key file that are the same in all of them. */
const MARKER = /^-----(?:BEGIN|END) /;

/** All forms of a secret that are long enough to be told from harmless text. */
export function formsOf(secret: string): Set<string> {
  const forms = new Set<string>();
  for (const text of new Set([secret, secret.trim(), ...linesOf(secret)])) {
    for (const form of written(text)) {
      for (const piece of inPieces(form)) {
        if (piece.length >= MIN_SECRET_LENGTH) forms.add(piece);
      }
    }
  }
  return forms;
}

function linesOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/);
  return lines.length === 1 ? [] : lines.map((line) => line.trim())
    .filter((line) => line.length >= MIN_SECRET_LENGTH && !MARKER.test(line));
}

function written(text: string): string[] {
  const wellFormed = text.toWellFormed();
  const bytes = bytesOf(wellFormed);
  const json = [text, ...jsonForms(text)].flatMap((form) => [form, ...jsonForms(form)]);
  return [...json, bytes, ...urlForms(wellFormed), ...shellForms(text), ...base64Forms(bytes)];
}

/** As one character a byte, for what is no UTF-8 around it. */
function bytesOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return atob(bytes.toBase64());
}

const hex4 = (character: string) => character.charCodeAt(0).toString(16).padStart(4, "0");

/** As serializers write it: some escape `&`, `<` and `>`, or all that is not ASCII, some also `/`. */
function jsonForms(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const escape = (pattern: RegExp, upper: boolean) =>
    plain.replace(pattern, (one) => `\\u${upper ? hex4(one).toUpperCase() : hex4(one)}`);
  return [
    plain,
    plain.replaceAll("/", "\\/"),
    // deno-lint-ignore no-control-regex
    ...[/[^\x00-\x7f]/g, /[<>&]/g, /[<>&'+`]|[^\x00-\x7f]/g].flatMap((pattern) => [
      escape(pattern, false),
      escape(pattern, true),
    ]),
    plain.replaceAll('\\"', "\\u0022").replace(
      /[<>&'+`]/g,
      (one) => `\\u${hex4(one).toUpperCase()}`,
    ),
  ];
}

function urlForms(text: string): string[] {
  const usual = encodeURIComponent(text);
  const strict = usual.replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const lower = (form: string) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [usual, strict, usual.replaceAll("%20", "+"), strict.replaceAll("%20", "+")]
    .flatMap((form) => [form, lower(form)]);
}

function shellForms(text: string): string[] {
  return [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replace(/[^\w@%+=:,./-]/g, "\\$&"),
    text.replace(/["\\$`]/g, "\\$&"),
  ];
}

/**
 * The characters of base64 that stand for these bytes whatever is before and behind them, as in the one
 * of `user:secret`, and those that end a text with them.
 */
function base64Forms(bytes: string): string[] {
  const forms = [0, 1, 2].flatMap((before) => {
    const all = btoa("\0".repeat(before) + bytes);
    const start = Math.ceil(before * 8 / 6);
    const whole = Math.floor((before + bytes.length) * 8 / 6);
    const end = all.replace(/=+$/, "").length;
    return [all.slice(start, whole), all.slice(start, end), all.slice(start)];
  });
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

/** The form, or if that is long pieces that cover it. */
function inPieces(form: string): string[] {
  if (form.length <= MAX_FORM) return [form];
  const pieces: string[] = [];
  for (let at = 0; at + MAX_FORM < form.length; at += MAX_FORM) {
    pieces.push(form.slice(at, at + MAX_FORM));
  }
  return [...pieces, form.slice(-MAX_FORM)];
}
