/** Marks of processes that belong to an attempt, but are not its own program. */
import type { Mark } from "../processes/process_marker.ts";

/** `WAVE_NONCE` around something that an attempt starts: its own outer nonces, and then its own. */
export function within(work: { readonly outer: string | undefined; readonly mark: Mark }): string {
  return work.outer === undefined ? work.mark.nonce : `${work.outer}/${work.mark.nonce}`;
}
