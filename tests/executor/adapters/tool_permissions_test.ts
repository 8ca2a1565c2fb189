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
