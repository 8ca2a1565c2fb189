/** Collects the diagnostics of one file, at most so many of a kind. */
import type { Diagnostic } from "./diagnostic.ts";
import type { Path, Source } from "./yaml_source.ts";

type Severity = Diagnostic["severity"];

/** Where a problem stands. */
export type SourcePlace = Pick<Diagnostic, "file" | "line" | "column">;

/** What to write instead; a function where finding it out takes a while. */
export type Suggestion = string | null | (() => string | null);

export interface Problem {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly suggestion?: Suggestion;
  /** A function, because of what is only counted nobody wants to know it. */
  readonly place: () => SourcePlace;
}

/** Of each severity and code; the rest are counted. A file of a machine may have one mistake 87,000 times. */
const MOST = 100;
/** Suggestions that are looked for, of each severity and code: each one looks at all names there are. */
const MOST_SUGGESTIONS = 20;

export class Report {
  readonly source: Source;
  readonly #kept: Diagnostic[];
  readonly #counts = new Map<string, { count: number; firstLeftOut: Diagnostic | null }>();
  #errors: number;

  constructor(source: Source) {
    this.source = source;
    this.#kept = [...source.diagnostics];
    this.#errors = this.#kept.filter(({ severity }) => severity === "error").length;
  }

  /** All that is kept, and for each kind how many more there are. */
  get diagnostics(): readonly Diagnostic[] {
    const more = [...this.#counts.values()].flatMap(({ count, firstLeftOut }) =>
      firstLeftOut === null ? [] : [{
        ...firstLeftOut,
        message: `and ${(count - MOST).toLocaleString("en")} more of this kind`,
        suggestion: null,
      }]
    );
    return [...this.#kept, ...more];
  }

  /** How many errors were reported, those included that are only counted. */
  get errors(): number {
    return this.#errors;
  }

  error(code: string, path: Path, message: string, suggestion: Suggestion = null): void {
    const place = () => this.#placeOf(this.source.at(path));
    this.add({ severity: "error", code, message, suggestion, place });
  }

  warning(code: string, path: Path, message: string, suggestion: Suggestion = null): void {
    const place = () => this.#placeOf(this.source.at(path));
    this.add({ severity: "warning", code, message, suggestion, place });
  }

  /** As `error` and `warning`, but pointing at the key instead of its value. */
  atKey(
    severity: Severity,
    code: string,
    path: Path,
    message: string,
    suggestion: Suggestion = null,
  ): void {
    const place = () => this.#placeOf(this.source.keyAt(path));
    this.add({ severity, code, message, suggestion, place });
  }

  /** As `error`, pointing at the `nth` (from 0) occurrence of a text in a value. */
  within(code: string, path: Path, text: string, nth: number, problem: {
    readonly message: string;
    readonly suggestion?: Suggestion;
  }): void {
    const place = () => this.#placeOf(this.source.within(path, text, nth));
    this.add({ severity: "error", code, ...problem, place });
  }

  add({ severity, code, message, suggestion = null, place }: Problem): void {
    if (severity === "error") this.#errors++;
    const kind = `${severity} ${code}`;
    const known = this.#counts.get(kind) ?? { count: 0, firstLeftOut: null };
    this.#counts.set(kind, known);
    known.count++;
    if (known.count <= MOST) {
      const wanted = typeof suggestion !== "function"
        ? suggestion
        : known.count <= MOST_SUGGESTIONS
        ? suggestion()
        : null;
      this.#kept.push({ severity, code, ...place(), message, suggestion: wanted });
    } else if (known.firstLeftOut === null) {
      known.firstLeftOut = { severity, code, ...place(), message, suggestion: null };
    }
  }

  #placeOf({ line, column }: { readonly line: number; readonly column: number }): SourcePlace {
    return { file: this.source.file, line, column };
  }
}
