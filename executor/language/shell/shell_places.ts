/**
 * Where in a shell script an expression stands: between words, in which quotes, or in a place where no
 * value is safe.
 */
import { CommandReader } from "./shell_commands.ts";
import type { ShellExpression, ShellPlace } from "./shell_cursor.ts";

/** One place for each expression, in their order. */
export function placesIn(script: string, expressions: readonly ShellExpression[]): ShellPlace[] {
  if (expressions.length === 0) return [];
  const reader = new CommandReader(script, expressions);
  reader.read();
  return reader.places;
}
