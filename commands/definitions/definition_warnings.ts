/** What is doubtful in the definitions that are about to be run, told before it runs (contract, section 11). */
import type { TellWarnings } from "../../executor/language/load_definitions.ts";
import { render } from "../../executor/language/source/diagnostic.ts";
import type { Context } from "../cli/command.ts";
import { printWarning } from "../output/print.ts";

/** Warnings named at a time; the rest are counted. */
const SHOWN = 10;

const told = new WeakMap<Context, Set<string>>();

/** Prints warnings on stderr, each once in a command, however often a pipeline is loaded. */
export function warningsOn(context: Context): TellWarnings {
  const known = told.get(context) ?? new Set();
  told.set(context, known);
  return (diagnostics) => {
    const news = diagnostics.map(render).filter((line) => !known.has(line));
    for (const line of news) known.add(line);
    // Each line says itself that it is a warning.
    for (const line of news.slice(0, SHOWN)) printWarning(context, line.replace(" warning:", ""));
    const more = news.length - SHOWN;
    if (more > 0) printWarning(context, `and ${more} more: wave validate`);
  };
}
