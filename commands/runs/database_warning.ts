/** Says that the database cannot be used. */
import type { Context } from "../cli/command.ts";
import { printWarning } from "../output/print.ts";

const told = new WeakSet<Context>();

/**
 * Warns on stderr that the traces do the work of the database; once in a command, however many of its
 * parts find out (contract, section 5).
 */
export function warnOfDatabase(context: Context, reason: string): void {
  if (told.has(context)) return;
  told.add(context);
  printWarning(context, `state.db: ${reason}; using .wave/traces`);
}
