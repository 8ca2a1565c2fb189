/** Private keys over several lines: PEM, PGP, SSH and PuTTY. Only what is key material goes. */
import { type Growth, hasDigitOrBothCases, type Matcher, type ShapePlace } from "./shape_match.ts";

const BEGIN = /[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?:-{5}| -{4})/y;
const MAX_BEGIN = 70;
/** What separates lines, also where a text is quoted in JSON or a shell has made spaces of them. */
const GAP =
  /(?:\s|\\{1,4}[nrt]|["'][ \t]{0,4}[+,]?[ \t]{0,4}(?:\r?\n)?[ \t]{0,8}["']){1,12}[ \t>|*#]{0,8}|/y;
/** What stands before the material: `Proc-Type: …`, `Version: …`. */
const HEADER = /[A-Z][A-Za-z-]{1,30}: [^\r\n\\]{0,200}/y;
const MAX_HEADERS = 10;
const MAX_LINE = 4096;
const LINE = /[A-Za-z0-9+/]{1,4096}={0,3}|=[A-Za-z0-9+/]{4}(?![A-Za-z0-9+/])/y;
/** A line of so many characters is material, if it has digits or both cases; of fewer only between such. */
const SURE = 16;
/** The same where no new line begins. */
const SURE_IN_LINE = 32;
const END =
  /-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?:-{5}| -{4})|Private-MAC: [0-9a-f]{1,128}/y;
/** More than a gap, a short line, a gap and an end take. */
const LOOKAHEAD = 256;
/** In a short key everything up to its end is material. */
const SHORT =
  /(?:[\sA-Za-z0-9+/=\\>|]{0,512}?)(?:-{5}END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-{5})/y;
const MAX_SHORT = 640;

export const KEY_BLOCK: Matcher = {
  triggers: ["-----BEGIN ", "---- BEGIN "],
  match(place, at, behind) {
    const { text, over } = place;
    if (!over && text.length - behind < MAX_BEGIN && /^[A-Z0-9 -]*$/.test(text.slice(behind))) {
      return "undecided";
    }
    const begin = place.at(BEGIN, behind);
    return begin === null ? null : block(place, at, behind + begin.length);
  },
};

export const PUTTY_KEY: Matcher = {
  triggers: ["Private-Lines:"],
  match: (place, at, behind) =>
    block(place, at, behind + (place.at(/ ?\d{0,5}/y, behind)?.length ?? 0)),
};

function block(place: ShapePlace, at: number, from: number) {
  const short = place.at(SHORT, from);
  if (short !== null && /\d|[a-z][A-Z]|[A-Z][a-z]/.test(short.slice(0, short.indexOf("-----")))) {
    return { start: at, end: from + short.length };
  }
  if (!place.over && mayBeShort(place, from)) return "undecided" as const;
  let start = from;
  for (let headers = 0; headers < MAX_HEADERS; headers++) {
    const gap = place.at(GAP, start)?.length ?? 0;
    const header = place.at(HEADER, start + gap);
    if (header === null) break;
    start += gap + header.length;
    if (place.mayGoOn(start)) return "undecided" as const;
  }
  const { end, sure, open } = material(place, start, false);
  if (sure) return open ? { start: at, end, growth: KEY_GROWTH } : { start: at, end };
  return open ? "undecided" as const : null;
}

const SHORT_START = /[\sA-Za-z0-9+/=\\>|]{0,512}-{0,5}[A-Z0-9 -]{0,64}/y;

/** True when the end of a short key may come. */
function mayBeShort(place: ShapePlace, from: number): boolean {
  return place.text.length - from < MAX_SHORT &&
    place.mayGoOn(from + (place.at(SHORT_START, from)?.length ?? 0));
}

/** Goes on with a key of which some material has come. */
const KEY_GROWTH: Growth = (place, from) => material(place, from, true);

/**
 * Where key material that begins at `from` ends, with its last line; `sure` when there is some that
 * cannot be prose, or was before; `open` when what comes next may belong to it.
 */
function material(place: ShapePlace, from: number, begun: boolean) {
  let end = from;
  let sure = begun;
  while (true) {
    if (mayBelong(place, end)) return { end, sure, open: true };
    const gap = place.at(GAP, end) ?? "";
    const next = end + gap.length;
    const last = place.at(END, next);
    if (last !== null) return { end: sure ? next + last.length : end, sure, open: false };
    const line = place.at(LINE, next);
    if (line === null || !isMaterial(place, line, next, sure ? null : gap)) {
      return { end, sure, open: false };
    }
    if (line.length < MAX_LINE && place.mayGoOn(next + line.length)) {
      return { end, sure, open: true };
    }
    sure = true;
    end = next + line.length;
  }
}

/** Of the first line of a key `gap` is what stands before it; of the others null. */
function isMaterial(place: ShapePlace, line: string, at: number, gap: string | null): boolean {
  if (line.length >= SURE) {
    if (gap !== null && line.length < SURE_IN_LINE && !/[\r\n]|\\[nr]/.test(gap)) return false;
    return hasDigitOrBothCases(line.slice(0, LOOKAHEAD));
  }
  if (gap !== null) return false;
  if (line.endsWith("=") || line.startsWith("=")) return true;
  // A line within a key may be short when it is the last one: its checksum or its end follows.
  const behind = at + line.length;
  const next = behind + (place.at(GAP, behind)?.length ?? 0);
  return place.at(END, next) !== null || place.text[next] === "=";
}

const CHARACTERS_OF_BLOCKS = /[\sA-Za-z0-9+/=\\"',:>|*#-]*/y;

/** True when what stands at `from`, up to the end of the text so far, may be more of a key. */
function mayBelong(place: ShapePlace, from: number): boolean {
  return !place.over && place.text.length - from < LOOKAHEAD &&
    place.mayGoOn(from + (place.at(CHARACTERS_OF_BLOCKS, from)?.length ?? 0));
}
