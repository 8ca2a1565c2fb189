/** How events make the pauses of a run's adapters. */
import type { Pause, RunPaused, RunUnpaused } from "../../event/event.ts";
import type { PauseRecord } from "./records.ts";

export function pauseOf({ adapter, until, reason }: Pause): PauseRecord {
  return { adapter, until: Date.parse(until), reason };
}

/** Of an adapter the newest counts alone. That a pause's time has come is the reader's to see, who has a clock. */
export function pausesAfter(
  pauses: readonly PauseRecord[],
  event: RunPaused | RunUnpaused,
): readonly PauseRecord[] {
  const others = pauses.filter(({ adapter }) => adapter !== event.data.adapter);
  return event.state === "paused" ? [...others, pauseOf(event.data)] : others;
}
