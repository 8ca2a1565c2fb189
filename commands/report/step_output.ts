/** The beginning and the end of what each step wrote, read from the trace once. */
import { readLog } from "../../state/trace/read_log.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";

export interface StepOutput {
  readonly head: string;
  /** What lies between is left out; empty where `head` is all. */
  readonly tail: string;
  /** Characters that are left out. */
  readonly omitted: number;
}

/** Characters of all steps together, so that the page stays below 2 MB. */
const ALL_TEXT = 900_000;
const LEAST_TEXT = 100_000;
const PAGE = 1_700_000;
/** What else the page holds of a step. */
const FACTS_OF_A_STEP = 790;
const MOST_OF_A_STEP = 12_000;

class Ends {
  head = "";
  tail = "";
  #length = 0;
  readonly #headRoom: number;
  readonly #tailRoom: number;

  constructor(room: number) {
    this.#headRoom = Math.floor(room / 3);
    this.#tailRoom = room - this.#headRoom;
  }

  add(text: string): void {
    this.#length += text.length;
    const taken = text.slice(0, Math.max(0, this.#headRoom - this.head.length));
    this.head += taken;
    const rest = text.slice(taken.length);
    if (rest === "") return;
    const both = this.tail + rest.slice(-2 * this.#tailRoom);
    this.tail = both.length > 2 * this.#tailRoom ? both.slice(-this.#tailRoom) : both;
  }

  result(): StepOutput {
    const tail = this.tail.slice(-this.#tailRoom);
    return { head: this.head, tail, omitted: this.#length - this.head.length - tail.length };
  }
}

/** By step; nothing of a run whose trace is gone. */
export function stepOutputs(
  paths: WavePaths,
  runId: string,
  steps: number,
): ReadonlyMap<string, StepOutput> {
  const left = Math.max(LEAST_TEXT, Math.min(ALL_TEXT, PAGE - FACTS_OF_A_STEP * steps));
  const room = Math.min(MOST_OF_A_STEP, Math.floor(left / Math.max(1, steps)));
  const page = readLog(paths.trace(runId), {}, { last: "all" });
  const ends = new Map<string, Ends>();
  for (const { event } of page?.entries ?? []) {
    const isTool = event.state === "tool" && "tool" in event.data;
    if (event.step_id === null || (event.state !== "output" && !isTool)) continue;
    const kept = ends.get(event.step_id) ?? new Ends(room);
    ends.set(event.step_id, kept);
    const tool = event.state === "tool" && "tool" in event.data ? `→ ${event.data.tool} ` : "";
    const text = `${tool}${event.message}`;
    kept.add(text.endsWith("\n") ? text : `${text}\n`);
  }
  return new Map([...ends].map(([id, each]) => [id, each.result()]));
}
