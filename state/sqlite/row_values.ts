/** The values of a row of `schema.sql`, each of its kind or refused. */
import type { SQLOutputValue } from "node:sqlite";

export type Row = Record<string, SQLOutputValue>;
export type Bound = Record<string, string | number | null | Uint8Array>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Text as it is bound. Text with NUL in it goes in as bytes, because `node:sqlite` reads text only up
 * to the first NUL.
 */
export function stored(value: string | null): string | Uint8Array | null {
  return value?.includes("\0") ? encoder.encode(value) : value;
}

/**
 * A row that no wave has written: the file is damaged in a way that SQLite does not see, or somebody
 * changed it by hand.
 */
export class DamagedRowError extends Error {
  override readonly name = "DamagedRowError";
  constructor(column: string) {
    super(`Unexpected value in column "${column}"`);
  }
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (value instanceof Uint8Array) return decoder.decode(value);
  if (typeof value !== "string") throw new DamagedRowError(column);
  return value;
}

export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new DamagedRowError(column);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function numberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : number(row, column);
}

export function listIn(row: Row, column: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text(row, column));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new DamagedRowError(column);
    throw cause;
  }
  if (!Array.isArray(value)) throw new DamagedRowError(column);
  return value;
}

export function textsIn(row: Row, column: string): readonly string[] {
  const value = listIn(row, column);
  if (!value.every((item) => typeof item === "string")) throw new DamagedRowError(column);
  return value;
}
