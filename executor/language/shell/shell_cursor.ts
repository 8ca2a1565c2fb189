/** The place in a script up to which it has been read, and where its expressions stand. */

/** What stands in a script for a value: `script.slice(start, end)`. */
export interface ShellExpression {
  readonly start: number;
  readonly end: number;
}

export type ShellPlace =
  | { readonly kind: "word" | "double" | "single" | "comment" }
  | { readonly kind: "refused"; readonly reason: string };

const UNREAD = "what stands before it cannot be read for sure";

/** What nests deeper is not read: nobody writes it, and the stack ends somewhere. */
export const DEEPEST = 100;

export class ShellCursor {
  readonly script: string;
  at = 0;
  /** One for each expression so far, in their order. */
  readonly places: ShellPlace[] = [];
  readonly #expressions: readonly ShellExpression[];
  /** Why nothing may stand where the cursor is, innermost last. */
  readonly #reasons: string[] = [];

  constructor(script: string, expressions: readonly ShellExpression[]) {
    this.script = script;
    this.#expressions = expressions;
  }

  get done(): boolean {
    return this.at >= this.script.length;
  }

  get next(): string {
    return this.script[this.at] ?? "";
  }

  startsWith(text: string): boolean {
    return this.script.startsWith(text, this.at);
  }

  /** Takes the expression that begins here, if one does. */
  take(kind: "word" | "double" | "single" | "comment"): boolean {
    const expression = this.#expressions[this.places.length];
    if (expression === undefined || expression.start > this.at) return false;
    const reason = expression.start < this.at ? UNREAD : this.#reasons.at(-1);
    this.places.push(reason === undefined ? { kind } : { kind: "refused", reason });
    if (expression.start < this.at) return this.take(kind);
    this.at = expression.end;
    return true;
  }

  /** Refuses the expressions from one index up to another. */
  refuse(from: number, to: number, reason: string): void {
    for (let index = from; index < to; index++) {
      if (this.places[index]?.kind !== "refused") this.places[index] = { kind: "refused", reason };
    }
  }

  /** Reads with every expression refused. */
  within(reason: string, read: () => void): void {
    this.#reasons.push(reason);
    if (this.#reasons.length > DEEPEST) this.giveUp();
    else read();
    this.#reasons.pop();
  }

  /** Stops reading: how the rest is read, is not sure, or differs from shell to shell. */
  giveUp(reason: string = UNREAD): void {
    while (this.places.length < this.#expressions.length) {
      this.places.push({ kind: "refused", reason });
    }
    this.at = this.script.length;
  }
}
