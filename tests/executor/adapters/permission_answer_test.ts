import assert from "node:assert/strict";
import { AcpCall } from "../../../executor/adapters/acp_call.ts";
import { type AskedCall, refusal } from "../../../executor/adapters/permission_answer.ts";

const NONE: AskedCall = { name: null, tools: [], command: null, paths: [] };
const shell = (command: string | null): AskedCall => ({ ...NONE, tools: ["shell"], command });
const file = (name: string | null, ...paths: string[]): AskedCall => ({
  ...NONE,
  name,
  tools: ["write", "edit"],
  paths,
});
const OUT = "allowed_tools does not name it";

const CASES: readonly {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly calls: readonly (readonly [AskedCall, string | null])[];
}[] = [
  { calls: [[NONE, null], [shell("rm -rf /"), null], [file(null), null]] },
  { allow: ["*"], calls: [[NONE, null], [shell("ls"), null]] },
  { deny: ["*"], calls: [[NONE, "deny *"], [file("Write", "a"), "deny *"]] },
  {
    allow: ["Read", "Grep"],
    calls: [
      [{ ...NONE, tools: ["read"] }, null],
      [{ ...NONE, name: "read_file" }, null],
      // It may be any of three.
      [{ ...NONE, tools: ["grep", "glob", "list"] }, OUT],
      [{ ...NONE, name: "grep_search", tools: ["grep", "glob", "list"] }, null],
      [shell("ls"), OUT],
      [NONE, OUT],
      [{ ...NONE, name: "mcp__x__y" }, OUT],
    ],
  },
  {
    allow: ["Edit"],
    calls: [
      [file("replace", "a"), null],
      [file("write_file", "a"), OUT],
      [file(null, "a"), OUT],
    ],
  },
  { allow: ["Write", "Edit"], calls: [[file(null, "a"), null]] },
  {
    deny: ["Write"],
    calls: [
      [file("Write", "a"), "deny Write"],
      [file("Edit", "a"), null],
      [file(null, "a"), "deny Write"],
      [shell("ls"), null],
      // What it does not name may be what is denied.
      [NONE, "deny Write"],
    ],
  },
  {
    deny: ["Bash(git push*)"],
    calls: [
      [shell("git status"), null],
      [shell("git push"), "deny Bash(git push*)"],
      [shell("cd x && git push -f"), "deny Bash(git push*)"],
      [shell(null), "deny Bash(git push*)"],
    ],
  },
  {
    deny: ["Bash(*--force*)"],
    calls: [[shell("git push --force"), "deny Bash(*--force*)"], [shell("git push"), null]],
  },
  {
    allow: ["Bash(git log*)"],
    calls: [
      [shell("git log"), null],
      [shell("git log --oneline"), null],
      [shell("git log 2>&1"), null],
      [shell("git log && git log -1"), null],
      [shell("git log; rm x"), OUT],
      [shell("git log | sh"), OUT],
      [shell("git log & rm x"), OUT],
      [shell("git log\nrm x"), OUT],
      [shell("git log $(rm x)"), OUT],
      [shell("git log `rm x`"), OUT],
      [shell("git log > x"), OUT],
      [shell("rm x"), OUT],
      [shell(null), OUT],
    ],
  },
  {
    deny: ["Write(secrets/*)"],
    calls: [
      [file("Write", "secrets/a"), "deny Write(secrets/*)"],
      [file("Write", "/w/secrets/a"), "deny Write(secrets/*)"],
      [file("Write", "src/../secrets/a"), "deny Write(secrets/*)"],
      [file("Write", "src/a"), null],
      [file("Write", "src/a", "secrets/b"), "deny Write(secrets/*)"],
      [file("Write"), "deny Write(secrets/*)"],
    ],
  },
  {
    allow: ["Write(src/*)"],
    calls: [
      [file("Write", "/w/src/a"), null],
      [file("Write", "src/../a"), OUT],
      [file("Write", "/elsewhere/src/a"), OUT],
      [file("Write"), OUT],
    ],
  },
  {
    allow: ["mcp__x__y", "Read"],
    deny: ["mcp__x__z"],
    calls: [
      [{ ...NONE, name: "mcp__x__y" }, null],
      [{ ...NONE, name: "mcp__x__z" }, "deny mcp__x__z"],
      [{ ...NONE, name: "mcp__x__w" }, OUT],
    ],
  },
];

for (const { allow = [], deny = [], calls } of CASES) {
  Deno.test(`refusal() by allow [${allow}], deny [${deny}]`, () => {
    for (const [call, expected] of calls) {
      assert.equal(refusal({ allow, deny }, call, "/w"), expected, JSON.stringify(call));
    }
  });
}

/** As the agents tell them. */
const TOLD = [
  {
    who: "Gemini CLI writes",
    update: {
      toolCallId: "write_file__f2",
      title: "Writing to w.txt",
      kind: "edit",
      content: [{ type: "diff", path: "/w/w.txt", oldText: "", newText: "x" }],
      locations: [{ path: "/w/w.txt" }],
    },
    is: { name: "write_file", command: null, paths: ["/w/w.txt"], tool: "write_file", is: "w.txt" },
  },
  {
    who: "Gemini CLI runs",
    update: { toolCallId: "run_shell_command__f3", title: "rm -f q", kind: "execute" },
    is: { name: "run_shell_command", command: "rm -f q", paths: [], is: "rm -f q" },
  },
  {
    who: "OpenCode begins to write",
    update: { toolCallId: "tc2", title: "write", kind: "edit", rawInput: { filePath: "w.txt" } },
    is: { name: "write", command: null, paths: ["w.txt"], is: "w.txt" },
  },
  {
    who: "a command that is called as a tool is",
    update: { toolCallId: "tc3", title: "patch", kind: "execute" },
    is: { name: null, command: "patch", paths: [], is: "patch" },
  },
  {
    who: "Claude's bridge",
    update: {
      toolCallId: "toolu_1",
      title: "`ls`",
      kind: "execute",
      rawInput: { command: "ls" },
      _meta: { claudeCode: { toolName: "Bash" } },
    },
    is: { name: "Bash", command: "ls", paths: [], is: "ls" },
  },
  {
    who: "one that names it",
    update: { toolCallId: "1", name: "shell", title: "List", rawInput: { command: "ls -l" } },
    is: { name: "shell", command: "ls -l", paths: [], is: "ls -l" },
  },
] as const;

for (const { who, update, is } of TOLD) {
  Deno.test(`AcpCall reads what is asked for: ${who}`, () => {
    const call = new AcpCall();
    call.told(structuredClone(update) as Parameters<AcpCall["told"]>[0]);
    const { name, command, paths } = call;
    assert.deepEqual(
      { name, command, paths, is: call.summary("/w") },
      { name: is.name, command: is.command, paths: is.paths, is: is.is },
    );
  });
}
