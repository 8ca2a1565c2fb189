/** Stand-in for the part of @std/cli that this program uses, over get-east-asian-width. */
import { eastAsianWidth } from "get-east-asian-width";

export function unicodeWidth(text: string): number {
  return [...text.replace(/[\p{Cc}\p{Cf}\p{Me}\p{Mn}]/gu, "")]
    .reduce((columns, character) => columns + eastAsianWidth(character.codePointAt(0) ?? 0), 0);
}
