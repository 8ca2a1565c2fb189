import assert from "node:assert/strict";
import { canWriteFiles } from "../../../executor/adapters/write_permission.ts";

Deno.test("canWriteFiles() says whether an agent with such rules can write files", () => {
  const reader = { allow: ["Read", "Grep"], deny: ["Write(*)", "Edit(*)"] };
  const allowed = { allow: ["Read", "Grep"], deny: [] };
  const shell = { allow: ["Read", "Bash"], deny: ["Write"] };
  const noShell = { allow: ["Read", "Bash"], deny: ["Write", "Bash(*)"] };
  const partly = { allow: ["Read"], deny: ["Write(secrets/*)"] };
  const mostly = { allow: ["Read", "Write"], deny: ["Write(secrets/*)"] };
  const none = { allow: [], deny: [] };
  const table = [
    ["claude", {
      reader: false,
      allowed: false,
      shell: true,
      noShell: false,
      partly: false,
      mostly: true,
    }],
    ["opencode", {
      reader: false,
      allowed: false,
      shell: true,
      noShell: false,
      partly: false,
      mostly: true,
    }],
    ["codex", {
      reader: false,
      allowed: false,
      shell: false,
      noShell: false,
      partly: false,
      mostly: true,
    }],
    ["gemini", {
      reader: false,
      allowed: false,
      shell: true,
      noShell: false,
      partly: false,
      mostly: true,
    }],
    ["mock", {
      reader: true,
      allowed: true,
      shell: true,
      noShell: true,
      partly: true,
      mostly: true,
    }],
    [null, { reader: true, allowed: true, shell: true, noShell: true, partly: true, mostly: true }],
  ] as const;
  const rules = { reader, allowed, shell, noShell, partly, mostly };
  for (const [agent, expected] of table) {
    const found = Object.entries(rules).map(([name, each]) => [name, canWriteFiles(agent, each)]);
    assert.deepEqual(Object.fromEntries(found), expected, String(agent));
    assert.equal(canWriteFiles(agent, none), true);
  }
});
