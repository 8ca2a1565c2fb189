/** Stand-in for the part of @std/cli that this program uses, over mri and get-east-asian-width. */
import { eastAsianWidth } from "get-east-asian-width";
import mri from "mri";

export interface ParseOptions {
  boolean?: string[];
  string?: string[];
  alias?: Record<string, string>;
}

export function parseArgs(args: string[], options: ParseOptions): Record<string, unknown> {
  return mri(args, { ...options, alias: { ...options.alias } });
}

export function unicodeWidth(text: string): number {
  return [...text.replace(/[\p{Cc}\p{Cf}\p{Me}\p{Mn}]/gu, "")]
    .reduce((columns, character) => columns + eastAsianWidth(character.codePointAt(0) ?? 0), 0);
}
