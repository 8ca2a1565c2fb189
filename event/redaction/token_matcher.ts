/** Finds tokens by their shapes. */
import {
  type Match,
  type Matcher,
  MAX_UNDECIDED,
  PROOF_LENGTH,
  runMatch,
  type ShapePlace,
} from "./shape_match.ts";
import type { TokenShape } from "./token_shapes.ts";

/** What of a token may stand before its prefix. */
const BEFORE = /^[\w~.-]*$/;

export function tokenMatcher(shape: TokenShape): Matcher {
  const { prefixes, alphabet, least, before = 0, proof = "mixed" } = shape;
  return {
    triggers: prefixes,
    before,
    match(place, at, behind) {
      const start = at - before;
      if (start < 0 || !BEFORE.test(place.text.slice(start, at))) return null;
      const exact = !place.beginsWord(start, shape.apart);
      if (exact && shape.exactly === undefined) return null;
      const end = place.runEnd(alphabet, behind);
      const length = end - behind;
      if (place.mayGoOn(end) && undecided(place, shape, behind, end, exact)) return "undecided";
      if (exact ? length !== shape.exactly : length < least || length > (shape.most ?? Infinity)) {
        return null;
      }
      return place.proven(proof, behind, end) ? runMatch(place, start, end, alphabet) : null;
    },
  };
}

/** True when more of the text may show what the run is. */
function undecided(
  place: ShapePlace,
  { least, most, exactly = 0, proof = "mixed" }: TokenShape,
  behind: number,
  end: number,
  exact: boolean,
): boolean {
  const length = end - behind;
  if (exact) return length <= exactly;
  if (length < least || most !== undefined && length <= most) return true;
  return length < PROOF_LENGTH && !place.proven(proof, behind, end);
}

const SEGMENT = 8;

/** JSON Web Tokens, signed or encrypted: segments of base64, the first of which is JSON. */
export const JWT: Matcher = {
  triggers: ["eyJ"],
  match(place, at) {
    if (!place.beginsWord(at)) return null;
    const first = place.runEnd("word", at, "first");
    if (first - at < SEGMENT) return place.mayGoOn(first) ? "undecided" : null;
    if (first - at > MAX_UNDECIDED) return null;
    if (place.mayGoOn(first)) return "undecided";
    if (place.text[first] !== ".") return null;
    const second = place.runEnd("word", first + 1, "second");
    if (second - first > MAX_UNDECIDED) return whole(place, at, first + 1);
    if (place.text.startsWith("eyJ", first + 1) && second - first > SEGMENT) {
      return whole(place, at, first + 1);
    }
    if (place.mayGoOn(second)) return "undecided";
    return place.text[second] === "." ? whole(place, at, second) : null;
  },
};

function whole(place: ShapePlace, start: number, from: number): Match {
  return runMatch(place, start, place.runEnd("dotted", from), "dotted");
}

const DISCORD = /[MNO][DTjz][A-Za-z0-9_-]{21,26}\.[\w-]{6}\.[\w-]{27,45}/y;
const DISCORD_LENGTH = 82;

/** The tokens of Discord's bots begin with the digits of a number in base64. */
export const DISCORD_BOT: Matcher = {
  triggers: ["M", "N", "O"].flatMap((one) => ["D", "T", "j", "z"].map((two) => one + two)),
  match(place, at) {
    if (!place.beginsWord(at)) return null;
    const end = place.runEnd("dotted", at);
    if (place.mayGoOn(end) && end - at < DISCORD_LENGTH) return "undecided";
    const token = place.at(DISCORD, at);
    return token === null ? null : { start: at, end: at + token.length };
  },
};
