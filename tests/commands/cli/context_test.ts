import assert from "node:assert/strict";
import { createContext } from "../../../commands/cli/context.ts";
import { openWorld } from "../../../commands/cli/process_world.ts";

const GLOBALS = { format: "text", color: "auto", quiet: false, verbose: false } as const;

Deno.test("a command is as patient as the contract says, unless its world is less so", () => {
  assert.deepEqual(createContext(openWorld(), GLOBALS).patience, {
    graceMs: 5_000,
    ownerActsWithinMs: 8_000,
  });
  const patience = { graceMs: 1, ownerActsWithinMs: 2 };
  assert.deepEqual(createContext(openWorld(patience), GLOBALS).patience, patience);
});
