/** Finds secrets by what stands before them. */
import { betweenOf, type SecretContext } from "./secret_contexts.ts";
import {
  type Match,
  type Matcher,
  MAX_ESCAPE,
  PROOF_LENGTH,
  runMatch,
  type ShapePlace,
} from "./shape_match.ts";

/** Longer than what stands between a name and its value. */
const MAX_BETWEEN = 64;

export function contextMatcher(context: SecretContext): Matcher {
  const between = betweenOf(context);
  const { after, behind, alphabet, least, proof } = context;
  return {
    triggers: after,
    anyCase: true,
    match(place, at, nameEnd) {
      const before = place.text.slice(Math.max(0, at - MAX_ESCAPE), at);
      if (behind !== undefined && !behind.test(before)) return null;
      if (gapIsOpen(place, nameEnd)) return "undecided";
      const gap = place.at(between, nameEnd);
      if (gap === null) return null;
      return value(place, nameEnd + gap.length, { alphabet, least, proof });
    },
  };
}

/** True when what stands between may not be all there. It stands on one line. */
function gapIsOpen({ text, over }: ShapePlace, from: number): boolean {
  return !over && text.length - from < MAX_BETWEEN && !/[\r\n]/.test(text.slice(from));
}

function value(
  place: ShapePlace,
  start: number,
  { alphabet, least, proof }: Pick<SecretContext, "alphabet" | "least" | "proof">,
): Match | "undecided" | null {
  const end = place.runEnd(alphabet, start);
  const enough = end - start >= least && place.proven(proof, start, end);
  if (enough) return runMatch(place, start, end, alphabet);
  return place.mayGoOn(end) && end - start < PROOF_LENGTH ? "undecided" : null;
}

const PASSWORD_IN_URL = /[^\s/?#"'<>`\\@:]{0,256}:/y;
const UP_TO_HOST = /[^\s/?#"'<>`\\]{1,1024}@/y;
/** What stands in place of a password. */
const PLACEHOLDER = /^(?:\$\{?\w+\}?|\$\(.*\)|\*+|x{3,}|%s|\{+[^{}]*\}+|\[redacted\])$/i;
const MAX_LOGIN = 256 + 1024;

/** `scheme://user:password@host`: the password. */
export const URL_LOGIN: Matcher = {
  triggers: ["://"],
  match(place, at, behind) {
    if (!/[\w+.-]$/.test(place.text.slice(Math.max(0, at - 1), at))) return null;
    if (!place.over && place.text.length - behind < MAX_LOGIN && isOpen(place, behind)) {
      return "undecided";
    }
    const user = place.at(PASSWORD_IN_URL, behind);
    if (user === null) return null;
    const start = behind + user.length;
    const password = place.at(UP_TO_HOST, start)?.slice(0, -1);
    if (password === undefined || password === "" || PLACEHOLDER.test(password)) return null;
    return { start, end: start + password.length };
  },
};

const LOGIN = /[^\s/?#"'<>`\\]{0,1281}/y;

const isOpen = (place: ShapePlace, from: number) =>
  place.mayGoOn(from + (place.at(LOGIN, from)?.length ?? 0));

const AUTHORIZATION_GAP = /["'\\]{0,4}[ \t]{0,8}(?:=>|[:=]|%3[AaDd])[ \t]{0,8}["'\\]{0,4}/y;
const SCHEME = /[A-Za-z][\w-]{0,40}(?:[ \t]{1,8}|%20)/y;
/** Behind any other word prose is more likely. */
const KNOWN_SCHEME =
  /^(?:aws4-[\w-]+|basic|bearer|bot|digest|dpop|geniekey|hawk|hmac[\w-]*|(?:api)?-?key|jwt|negotiate|ntlm|oauth|sharedkey\w*|splunk|ssws|token)\b/i;
/** What digests and signatures are made of: `name="value", name=value`. */
const PARAMETERS =
  /(?:[ \t]{0,4}[,;]?[ \t]{0,8}[\w-]{1,40}=(?:\\{0,3}"[^"\\\r\n]{0,512}\\{0,3}"|[^\s,"'\\]{1,512})){1,16}/y;
const MAX_PARAMETERS = 10_000;
const ANY_CREDENTIALS = { alphabet: "wide", least: 8, proof: "tight" } as const;
/** Behind a scheme less is enough. */
const CREDENTIALS = { alphabet: "wide", least: 4, proof: "mixed" } as const;
const LEAST_BEARER = 8;

/** The header `Authorization`, whatever its scheme: the credentials. */
export const AUTHORIZATION: Matcher = {
  triggers: ["authorization"],
  anyCase: true,
  match(place, _at, behind) {
    if (gapIsOpen(place, behind)) return "undecided";
    const gap = place.at(AUTHORIZATION_GAP, behind);
    if (gap === null) return null;
    const scheme = place.at(SCHEME, behind + gap.length);
    const start = behind + gap.length + (scheme?.length ?? 0);
    const known = scheme !== null && KNOWN_SCHEME.test(scheme);
    return parameters(place, start) ?? value(place, start, known ? CREDENTIALS : ANY_CREDENTIALS);
  },
};

/** Null when there are none. */
function parameters(place: ShapePlace, start: number): Match | "undecided" | null {
  const found = place.at(PARAMETERS, start);
  const end = start + (found?.length ?? 0);
  if (!place.over && place.text.length - start < MAX_PARAMETERS && isLine(place, start)) {
    return /^[\w-]{0,40}(?:=|$)/.test(place.text.slice(start, start + 64)) ? "undecided" : null;
  }
  return found !== null && place.proven("mixed", start, end) ? { start, end } : null;
}

const REST_OF_LINE = /[^\r\n]*/y;

/** True when there is no end of a line from here on. */
const isLine = (place: ShapePlace, from: number) =>
  place.mayGoOn(from + (place.at(REST_OF_LINE, from)?.length ?? 0));

const BEARER_GAP = /(?:[ \t]{1,8}|%20)/y;
/** A sign of a token that has neither digits nor capitals. */
const PUNCTUATED = /(?=[^.]*\w\.\w)(?=[^_]*_)[\w.~+/=-]/;

/** `Bearer` and its token, in headers of any name. */
export const BEARER: Matcher = {
  triggers: ["bearer"],
  anyCase: true,
  match(place, at, behind) {
    if (!place.beginsWord(at)) return null;
    if (gapIsOpen(place, behind)) return "undecided";
    const gap = place.at(BEARER_GAP, behind);
    if (gap === null) return null;
    const start = behind + gap.length;
    const end = place.runEnd("wide", start);
    const token = place.text.slice(start, Math.min(end, start + PROOF_LENGTH));
    if (token.length >= LEAST_BEARER) {
      if (place.proven("mixed", start, end) || PUNCTUATED.test(token)) {
        return runMatch(place, at, end, "wide");
      }
    }
    return place.mayGoOn(end) && token.length < PROOF_LENGTH ? "undecided" : null;
  },
};
