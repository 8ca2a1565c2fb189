/** Progress of long work on stderr, on a terminal only. */
import type { Context } from "./command.ts";
import { fitLine } from "./fit_line.ts";
import { formatCount } from "./format.ts";

/** Work that is done sooner shows no progress. */
const QUIET_MS = 500;

export interface ProgressLine extends Disposable {
  /** So many of all are done. */
  show(done: number, total: number): void;
}

/** A line that is drawn again and again, and taken away in the end. */
export function progressLine(context: Context, what: string): ProgressLine {
  const { stderr } = context;
  const began = performance.now();
  let drawn = false;
  return {
    show(done, total) {
      if (!stderr.isTerminal || context.quiet || performance.now() - began < QUIET_MS) return;
      drawn = true;
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      const line = `${what}: ${formatCount(done)} of ${formatCount(total)} (${percent} %)`;
      // A wrapped line could not be drawn over.
      stderr.write(`\r${fitLine(line, stderr.width - 1)}\x1b[K`);
    },
    [Symbol.dispose]() {
      if (drawn) stderr.write("\r\x1b[K");
    },
  };
}
