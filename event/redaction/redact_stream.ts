/** Redacts a text that comes in pieces, whose borders may cut a secret. */
import { findShapes } from "./find_shapes.ts";
import { merged, type Redactor, REPLACEMENT } from "./redact.ts";
import { type Growth, MAX_ESCAPE } from "./shape_match.ts";

export interface StreamRedactor {
  /** The text that is safe to pass on; what may be the beginning of a secret is held back. */
  push(piece: string): string;
  /** The rest, at the end of the text. */
  flush(): string;
  /** How many secrets have been replaced so far. */
  readonly count: number;
}

/** A redactor for one stream of text. Holds back only what may be the beginning of a secret. */
export function createStreamRedactor(redactor: Redactor): StreamRedactor {
  return new Stream(redactor);
}

/** A place in the text that is held back, from its start; before it for what has been passed on. */
const NOWHERE = -1;

class Stream implements StreamRedactor {
  readonly #redactor: Redactor;
  /** The end of what has been passed on: it tells whether a word begins. */
  #before = "";
  #held = "";
  /** How far a secret that began before reaches into what is held back, or touches it. */
  #covered = NOWHERE;
  /** How far shapes have been searched for. */
  #searched = 0;
  #growth: Growth | null = null;
  #count = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  get count(): number {
    return this.#count;
  }

  push(piece: string): string {
    return piece === "" ? "" : this.#take(piece, false);
  }

  flush(): string {
    const rest = this.#take("", true);
    this.#before = "";
    this.#held = "";
    this.#covered = NOWHERE;
    this.#searched = 0;
    this.#growth = null;
    return rest;
  }

  #take(piece: string, over: boolean): string {
    const text = this.#before + this.#held + piece;
    const base = this.#before.length;
    const { values } = this.#redactor;
    const searched = base + this.#searched;
    const found = findShapes(text, searched, { over, growth: this.#growth });
    const hold = over ? text.length : Math.min(found.decided, values.open(text, base));
    // What begins behind that is found again with the next piece, but for what goes on from the last.
    const goesOn = (start: number) => this.#growth !== null && start === searched;
    const shapes = found.spans.filter(({ start }) => start < hold || goesOn(start));
    const known = values.find(text, base).filter(({ start }) => start < hold);
    let clean = "";
    let covered = this.#covered < 0 ? NOWHERE : base + this.#covered;
    let done = Math.max(base, covered);
    for (const { start, end } of merged(known, shapes)) {
      if (start > covered) {
        clean += text.slice(done, start) + REPLACEMENT;
        this.#count++;
      }
      covered = Math.max(covered, end);
      done = covered;
    }
    if (done < hold) clean += text.slice(done, hold);
    this.#growth = shapes.length === found.spans.length ? found.growth : null;
    this.#searched = Math.max(0, (shapes.at(-1)?.end ?? searched) - hold);
    this.#covered = covered < hold ? NOWHERE : covered - hold;
    this.#before = text.slice(Math.max(0, hold - MAX_ESCAPE), hold);
    this.#held = text.slice(hold);
    return clean;
  }
}

/**
 * Where a text may be cut without cutting a secret: the place nearest to its end behind which there is
 * nothing that may be the beginning of one; 0 when there is none.
 */
export function safeBorder({ values }: Redactor, text: string): number {
  const shapes = findShapes(text, 0, { over: false });
  const open = Math.min(shapes.decided, values.open(text, 0));
  for (const { start, end } of merged(values.find(text, 0), shapes.spans)) {
    if (start < open && (end > open || shapes.growth !== null && end === open)) return start;
  }
  return open;
}
