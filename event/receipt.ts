/** Receipts of forced ends, taken together. */
import type { Receipt, RunEvent } from "./event.ts";

/** The receipt in an event, or null. */
export function receiptIn({ data }: RunEvent): Receipt | null {
  return data !== undefined && "receipt" in data && isReceipt(data.receipt) ? data.receipt : null;
}

/** The codec has checked it; the type of free details has forgotten it. */
function isReceipt(value: unknown): value is Receipt {
  return typeof value === "object" && value !== null && "asked_by" in value && "proven" in value;
}

/** One receipt for both, of programs that ended side by side or one after the other. */
export function joinReceipts(one: Receipt | null, other: Receipt): Receipt {
  if (one === null) return other;
  return {
    asked_by: one.asked_by,
    signalled: bySignal([...one.signalled, ...other.signalled]),
    looked_at: one.looked_at < other.looked_at ? other.looked_at : one.looked_at,
    left: [...one.left, ...other.left],
    proven: one.proven && other.proven,
  };
}

/** A receipt names so many pids of a signal; it counts all of them. */
export const MOST_PIDS = 20;

function bySignal(all: Receipt["signalled"]): Receipt["signalled"] {
  const signals = [...new Set(all.map(({ signal }) => signal))];
  return signals.map((signal) => {
    const same = all.filter((one) => one.signal === signal);
    return {
      signal,
      processes: same.reduce((sum, { processes }) => sum + processes, 0),
      pids: same.flatMap(({ pids }) => pids).slice(0, MOST_PIDS),
    };
  });
}

/** How many processes a receipt tells of, and what is left of them, for a line of the log. */
export function receiptWords({ signalled, left, proven }: Receipt): string {
  const count = signalled.filter(({ signal }) => signal === "SIGTERM")
    .reduce((sum, { processes }) => sum + processes, 0);
  const ended = `${count} ${count === 1 ? "process" : "processes"} ended`;
  if (left.length > 0) return `${ended}, left: ${left.join(", ")}`;
  return proven ? `${ended}, none left` : `${ended}, nobody knows whether one is left`;
}
