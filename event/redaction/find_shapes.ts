/** Finds secrets by their shapes: one search for the beginnings of all of them, then a look at each place. */
import { AUTHORIZATION, BEARER, contextMatcher, URL_LOGIN } from "./context_matcher.ts";
import type { Span } from "./find_values.ts";
import { KEY_BLOCK, PUTTY_KEY } from "./key_block.ts";
import { SECRET_CONTEXTS } from "./secret_contexts.ts";
import { type Growth, type Match, type Matcher, ShapePlace } from "./shape_match.ts";
import { TriggerFinder } from "./trigger_finder.ts";
import { DISCORD_BOT, JWT, tokenMatcher } from "./token_matcher.ts";
import { TOKEN_SHAPES } from "./token_shapes.ts";

const MATCHERS: readonly Matcher[] = [
  KEY_BLOCK,
  PUTTY_KEY,
  AUTHORIZATION,
  BEARER,
  ...SECRET_CONTEXTS.map(contextMatcher),
  URL_LOGIN,
  ...TOKEN_SHAPES.map(tokenMatcher),
  JWT,
  DISCORD_BOT,
];

/** More than a token's beginning takes of the word whose middle it may be in. */
const MAX_WORD_START = 96;

export interface FoundShapes {
  /** In their order. None overlaps another. */
  readonly spans: readonly Span[];
  /** What stands before this is decided. */
  readonly decided: number;
  /** How the last one goes on, when the text so far does not tell its end; `decided` is that end so far. */
  readonly growth: Growth | null;
}

/**
 * The secrets from `from` on. With `growth` one goes on there. `over` is false for a text that may go
 * on; what stands before `from` counts as what it is preceded by.
 */
export function findShapes(
  text: string,
  from: number,
  { over, growth = null }: { readonly over: boolean; readonly growth?: Growth | null },
): FoundShapes {
  const place = new ShapePlace(text, over);
  const spans: Span[] = [];
  /** The end of the last one. */
  let at = from;
  if (growth !== null) {
    const { end, open } = growth(place, from);
    if (end > from) spans.push({ start: from, end });
    if (open) return { spans, decided: end, growth };
    at = end;
  }
  const { triggers } = search();
  for (
    let hit = triggers.next(text, at);
    hit < text.length;
    hit = triggers.next(text, Math.max(at, hit + 1))
  ) {
    const found = lookAt(place, hit, triggers);
    if (typeof found === "number") {
      return { spans, decided: Math.min(found, openStart(text, at)), growth: null };
    }
    if (found === null) continue;
    spans.push(found);
    if (found.growth !== undefined) return { spans, decided: found.end, growth: found.growth };
    at = found.end;
  }
  return { spans, decided: over ? text.length : openStart(text, at), growth: null };
}

/** What is found where a trigger stands; the place where it begins when that is not decided. */
function lookAt(
  place: ShapePlace,
  at: number,
  triggers: TriggerFinder<Matcher>,
): Match | number | null {
  for (const { of: matcher, trigger } of triggers.at(place.text, at)) {
    const found = matcher.match(place, at, at + trigger.length);
    if (found === "undecided") return Math.max(0, at - (matcher.before ?? 0));
    if (found !== null) return found;
  }
  return null;
}

interface Search {
  readonly triggers: TriggerFinder<Matcher>;
  /** All beginnings of triggers, in lower case. */
  readonly beginnings: ReadonlySet<string>;
  /** The length of the longest of them. */
  readonly longest: number;
}

let made: Search | null = null;

/** Made when the first text is searched. */
function search(): Search {
  if (made !== null) return made;
  const triggers = MATCHERS.flatMap((of) =>
    of.triggers.map((trigger) => ({ trigger, of, anyCase: of.anyCase ?? false }))
  );
  const beginnings = new Set<string>();
  for (const { trigger } of triggers) {
    for (let end = 1; end < trigger.length; end++) {
      beginnings.add(trigger.slice(0, end).toLowerCase());
    }
  }
  const longest = Math.max(...triggers.map(({ trigger }) => trigger.length - 1));
  return made = { triggers: new TriggerFinder(triggers), beginnings, longest };
}

/** Where what may be the beginning of a secret begins at the end of a text. No trigger has a newline. */
function openStart(text: string, from: number): number {
  const { beginnings, longest } = search();
  const { length } = text;
  const line = text.lastIndexOf("\n") + 1;
  if (line === length) return length;
  let start = wordStart(text, Math.max(from, length - MAX_WORD_START));
  for (let at = Math.max(from, line, length - longest); at < start; at++) {
    if (beginnings.has(text.slice(at).toLowerCase())) start = at;
  }
  return start;
}

const WORD = /[\w~.:-]/;

/** Where the last word begins, which may be the start of a token; at `from` when that is in its middle. */
function wordStart(text: string, from: number): number {
  let at = text.length;
  while (at > from && WORD.test(text[at - 1] ?? "")) at--;
  return at;
}
