/** How an item of a list is named to people. */
import type { RunContext } from "../run/run_context.ts";

export interface Item {
  /** From 0. */
  readonly index: number;
  readonly value: unknown;
}

/** Longest value that is shown, in UTF-16 units. */
const MAX_VALUE = 60;

/** `item 3 of 6 ("c")`: counted from 1, with its value as JSON, without secrets, shortened. */
export function itemName(context: RunContext, { index, value }: Item, total: number): string {
  const json = context.redact(JSON.stringify(value));
  const shown = json.length > MAX_VALUE ? `${json.slice(0, MAX_VALUE - 1)}…` : json;
  return `item ${index + 1} of ${total} (${shown})`;
}
