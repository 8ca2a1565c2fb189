/** Agents that print their events as JSON, one a line, each with a `type`. */
import type { AgentEvent } from "./adapter.ts";
import { type JsonObject, jsonObject, textAt } from "./json_line.ts";

/** How the events of each type are read; those of other types are ignored. */
export type EventReaders = Readonly<Record<string, (event: JsonObject) => readonly AgentEvent[]>>;

/** Reads a line by its type; a line that is no JSON object, such as a warning, is ignored. */
export function eventReader(readers: EventReaders): (line: string) => readonly AgentEvent[] {
  return (line) => {
    const event = jsonObject(line);
    if (event === null) return [];
    const type = textAt(event, "type");
    return Object.hasOwn(readers, type) ? readers[type]?.(event) ?? [] : [];
  };
}
