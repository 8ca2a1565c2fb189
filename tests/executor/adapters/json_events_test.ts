import assert from "node:assert/strict";
import { eventReader } from "../../../executor/adapters/json_events.ts";

Deno.test("eventReader() reads a line by its type, and ignores what it does not know", () => {
  const read = eventReader({
    note: ({ text }) => [{ kind: "warning", message: String(text) }],
  });
  const cases: [line: string, messages: string[]][] = [
    ['{"type":"note","text":"a"}', ["a"]],
    ['  {"type":"note","text":"b"}', ["b"]],
    ['{"type":"other"}', []],
    // No property that every object has is a type.
    ['{"type":"constructor"}', []],
    ['{"type":1}', []],
    ["{}", []],
    ["[]", []],
    ["null", []],
    ['{"type":"note"', []],
    ["plain text", []],
    ["", []],
  ];
  for (const [line, messages] of cases) {
    const events = read(line).map((event) => "message" in event ? event.message : "");
    assert.deepEqual(events, messages, line);
  }
});
