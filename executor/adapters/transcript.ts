/** Finds the record that an agent keeps of a conversation by itself, beside what it prints. */
import { join } from "@std/path";
import { namesIn, readIfThere } from "../../event/files.ts";

/** Where such a record lies. */
export interface Transcript {
  /** Absolute; below it a folder a year, a month and a day. */
  readonly folder: string;
  /** How the name of its file ends. */
  readonly ending: string;
}

/** Days that are looked at: it may be past midnight. */
const DAYS = 2;

/** Its lines; none where there is no such file, which is no failure of the agent. */
export function transcriptLines({ folder, ending }: Transcript): string[] {
  const days = newest(folder).flatMap(newest).flatMap(newest).slice(0, DAYS);
  for (const day of days) {
    const name = namesIn(day).find((each) => each.endsWith(ending));
    if (name !== undefined) return readIfThere(join(day, name))?.split("\n") ?? [];
  }
  return [];
}

/** The folders in a folder, by name, the greatest first. */
function newest(folder: string): string[] {
  return namesIn(folder).sort().reverse().slice(0, DAYS).map((name) => join(folder, name));
}
