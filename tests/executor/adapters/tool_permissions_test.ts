import assert from "node:assert/strict";
import { permissionsOf } from "../../../executor/adapters/tool_permissions.ts";
import type {
  AdapterSpec,
  Permissions,
  Persona,
} from "../../../executor/language/model/manifest.ts";

const position = { line: 1, column: 1 };

const spec = (defaultPermissions: Permissions): AdapterSpec => ({
  ...{ name: "agent", position, binary: "agent", args: [], mode: "", outputFormat: "" },
  ...{ defaultModel: null, tierModels: {}, projectFiles: [], env: [], defaultPermissions },
});

const persona = (permissions: Permissions): Persona => ({
  ...{ name: "writer", position, description: "", adapter: "agent", systemPromptFile: null },
  ...{ temperature: null, model: null, silenceMs: null, hooks: {}, permissions },
});

Deno.test("permissionsOf() takes the persona's allowances, and what either of the two denies", () => {
  const nothing: Permissions = { allowedTools: [], deny: [] };
  const ofAgent: Permissions = { allowedTools: ["Read"], deny: ["Bash"] };
  const ofPersona: Permissions = { allowedTools: ["Write"], deny: ["WebFetch"] };
  const table: [Permissions, Permissions, allow: string[], deny: string[]][] = [
    [nothing, nothing, [], []],
    [ofAgent, nothing, ["Read"], ["Bash"]],
    [nothing, ofPersona, ["Write"], ["WebFetch"]],
    [ofAgent, ofPersona, ["Write"], ["Bash", "WebFetch"]],
  ];
  for (const [agent, own, allow, deny] of table) {
    assert.deepEqual(permissionsOf(spec(agent), persona(own)), { allow, deny });
  }
  assert.deepEqual(permissionsOf(undefined, undefined), { allow: [], deny: [] });
});

Deno.test("permissionsOf() narrows a persona by its step, and never widens it", () => {
  const table: [own: string[], step: string[], allow: string[] | null][] = [
    [["Read", "Bash"], [], ["Read", "Bash"]],
    [[], ["Read"], ["Read"]],
    [["Read", "Bash"], ["Bash(git log*)", "Read"], ["Bash(git log*)", "Read"]],
    [["Bash(git*)", "Read"], ["Bash"], ["Bash(git*)"]],
    [["Bash(*)"], ["Bash(ls)"], ["Bash(ls)"]],
    [["Read"], ["Read", "Write"], ["Read"]],
    [["Bash(git*)"], ["Bash(npm*)"], null],
    [["Read"], ["Write"], null],
  ];
  for (const [own, allowedTools, allow] of table) {
    const who = persona({ allowedTools: own, deny: ["WebFetch"] });
    const narrowed = () => permissionsOf(undefined, who, { allowedTools, deny: ["Bash(rm*)"] });
    if (allow === null) assert.throws(narrowed, /allows nothing that writer is allowed/);
    else assert.deepEqual(narrowed(), { allow, deny: ["WebFetch", "Bash(rm*)"] });
  }
});
