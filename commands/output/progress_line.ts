/** Progress of long work on stderr, on a terminal only. */
import type { Context } from "../cli/command.ts";
import { fitLine } from "./fit_line.ts";
import { formatCount } from "./format.ts";

/** Work that is done sooner shows no progress. */
const QUIET_MS = 500;

export interface ProgressLine extends Disposable {
  /** So many of all are done. */
  show(done: number, total: number): void;
}

/**
 * A line that is drawn again and again, and taken away in the end. It never gets shorter and needs no
 * control sequence, which a dumb terminal would not obey.
 */
export function progressLine(
  context: Context,
  what: string,
  { afterMs = QUIET_MS }: { readonly afterMs?: number } = {},
): ProgressLine {
  const { stderr } = context;
  const began = performance.now();
  let columns = 0;
  return {
    show(done, total) {
      if (!stderr.isTerminal || context.quiet || performance.now() - began < afterMs) return;
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      const all = `${what}: ${formatCount(done)} of ${formatCount(total)} (${percent} %)`;
      // A wrapped line could not be drawn over.
      const line = fitLine(all, stderr.width - 1);
      columns = line.length;
      stderr.write(`\r${line}`);
    },
    [Symbol.dispose]() {
      if (columns > 0) stderr.write(`\r${" ".repeat(columns)}\r`);
    },
  };
}
