import assert from "node:assert/strict";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";
import { unenforcedRules } from "../../../executor/adapters/unenforced_rules.ts";

const AGENTS = ["claude", "codex", "gemini", "opencode", "mock", "own-program"] as const;
/** By the Agent Client Protocol. */
const ACP = ["acp gemini", "acp opencode", "acp other"] as const;
type Agent = (typeof AGENTS)[number] | (typeof ACP)[number];

interface Case {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Rules that an agent cannot keep; of those that are not named all are. */
  readonly not: Readonly<Partial<Record<Agent, readonly string[]>>>;
}

const all = (rules: readonly string[]) => ({ "own-program": rules, "acp other": rules });

const CASES: readonly Case[] = [
  { not: {} },
  { deny: ["Bash"], not: all(["deny Bash"]) },
  { deny: ["Write", "Edit"], not: all(["deny Write", "deny Edit"]) },
  {
    deny: ["Bash(git push*)"],
    not: { codex: ["deny Bash(git push*)"], ...all(["deny Bash(git push*)"]) },
  },
  {
    deny: ["Read"],
    not: { codex: ["deny Read"], ...all(["deny Read"]) },
  },
  {
    allow: ["Read", "Grep"],
    not: { codex: ["allow Read", "allow Grep"], ...all(["allow Read", "allow Grep"]) },
  },
  {
    allow: ["Read", "Write", "Edit", "Bash"],
    not: all(["allow Read", "allow Write", "allow Edit", "allow Bash"]),
  },
  {
    allow: ["Edit"],
    not: {
      codex: ["allow Edit"],
      opencode: ["allow Edit"],
      "acp opencode": ["allow Edit"],
      ...all(["allow Edit"]),
    },
  },
  {
    // Claude Code runs commands that only read beside those that are named.
    allow: ["Bash(git log*)"],
    not: {
      claude: ["allow Bash(git log*)"],
      codex: ["allow Bash(git log*)"],
      ...all(["allow Bash(git log*)"]),
    },
  },
  {
    allow: ["read_file", "Bash(git log*)"],
    deny: ["Write(secrets/*)"],
    not: {
      codex: ["allow Bash(git log*)", "deny Write(secrets/*)"],
      gemini: ["deny Write(secrets/*)"],
      ...all(["allow read_file", "allow Bash(git log*)", "deny Write(secrets/*)"]),
    },
  },
  {
    // A misspelt name denies nothing anywhere.
    deny: ["Bsah"],
    not: Object.fromEntries(
      [...AGENTS, ...ACP].filter((name) => name !== "mock").map((name) => [name, ["deny Bsah"]]),
    ),
  },
];

for (const { allow = [], deny = [], not } of CASES) {
  Deno.test(`unenforcedRules() of allow [${allow}], deny [${deny}]`, () => {
    for (const name of AGENTS) {
      const { enforce } = adapterFor({ name, binary: name });
      assert.deepEqual(unenforcedRules(enforce, { allow, deny }), not[name] ?? [], name);
    }
    for (const name of ACP) {
      const { enforce } = adapterFor({ name, binary: name.slice(4), protocol: "acp" });
      assert.deepEqual(unenforcedRules(enforce, { allow, deny }), not[name] ?? [], name);
    }
  });
}
