import assert from "node:assert/strict";
import { AgentNotes } from "../../../executor/run/agent_notes.ts";

Deno.test("AgentNotes add up to the end of an attempt, and are taken once", () => {
  const notes = new AgentNotes();
  notes.add("a", { version: "2.1.0", costFrom: ["claude"] });
  // A reviewer of another kind, and an agent of which nothing is known.
  notes.add("a", { version: null, costFrom: ["genai-prices 1", "claude"] });
  notes.add("b", { version: null, costFrom: [] });
  assert.deepEqual(notes.take("a"), {
    agent_version: "2.1.0",
    cost_from: ["claude", "genai-prices 1"],
  });
  assert.deepEqual(notes.take("a"), {});
  assert.deepEqual(notes.take("b"), {});
});
