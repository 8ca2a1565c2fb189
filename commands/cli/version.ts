/** Which program this is: its version, the commit that it was built from, and whose packages it runs on. */

export const VERSION = "0.1.0";

/** The packages of JSR, or those of npm behind the same names (`npm/deno.json`). */
export type Flavour = "jsr" | "npm";

export interface ProgramVersion {
  readonly version: string;
  /** The full hash, `-dirty` after it when files had been changed; `unknown` unless built from a checkout. */
  readonly commit: string;
  readonly flavour: Flavour;
}

/** A fact that the build writes over its name, or null in a program that was not built. */
function built(fact: string): string | null {
  return fact.startsWith("%") ? null : fact;
}

/** The flavour of which `specifier`, for which `@std/path` stands, is a part. */
export function flavourOf(specifier: string): Flavour {
  return specifier.endsWith("/std_path.ts") ? "npm" : "jsr";
}

/** The flavour of this program, built or not. */
export function flavour(): Flavour {
  const known = built("%wave-flavour%");
  return known === "npm" || known === "jsr" ? known : flavourOf(import.meta.resolve("@std/path"));
}

/** What the runtime is to be told to run the sources below `root`, which ends with `/`, on the same packages. */
export function flavourFlags(root: string): string[] {
  return flavour() === "npm" ? [`--import-map=${root}npm/deno.json`] : [];
}

export function programVersion(): ProgramVersion {
  return { version: VERSION, commit: built("%wave-commit%") ?? "unknown", flavour: flavour() };
}
