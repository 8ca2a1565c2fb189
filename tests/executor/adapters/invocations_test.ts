import assert from "node:assert/strict";
import type {
  AdapterRequest,
  ProgramAdapter,
  ToolPermissions,
} from "../../../executor/adapters/adapter.ts";
import { adapterFor } from "../../../executor/adapters/known_adapters.ts";

function agent(name: string, args: readonly string[] = []): ProgramAdapter {
  const adapter = adapterFor({ name, binary: name, args });
  assert(adapter.kind === "program");
  return adapter;
}

const request: AdapterRequest = {
  prompt: "--dangerous $(task)",
  systemPrompt: "Be brief.",
  model: "m",
  temperature: 0.1,
  permissions: { allow: ["Read", "Bash(git log*)"], deny: ["Write", "Bash(git push*)"] },
  workspace: "/w",
  project: "/p",
  folder: "/f",
  stepId: "s",
  attempt: 1,
  artifacts: [],
};
const given = { OPENCODE_CONFIG_CONTENT: `{"model":"a","permission":{"webfetch":"ask"}}` };

function calls(more: Partial<AdapterRequest> = {}) {
  return (name: string) => agent(name).invocation({ ...request, ...more }, given);
}

Deno.test("invocation() gives the prompt by stdin, whatever it begins with", () => {
  for (const name of ["claude", "codex", "gemini", "opencode", "other"]) {
    const { args, stdin } = calls()(name);
    assert(stdin.endsWith("--dangerous $(task)"), name);
    assert(!args.join(" ").includes("$(task)"), name);
  }
});

Deno.test("invocation() hands what is left of a budget down to an agent that knows such a limit", () => {
  const has = (name: string, left: AdapterRequest["left"] = {}) => {
    const { args } = calls({ left })(name);
    const at = args.indexOf("--max-budget-usd");
    return at < 0 ? null : args[at + 1];
  };
  assert.equal(has("claude", { usd: 0.25, tokens: 9 }), "0.25");
  assert.equal(has("claude", { tokens: 9 }), null);
  for (const name of ["codex", "gemini", "opencode"]) assert.equal(has(name, { usd: 1 }), null);
});

Deno.test("invocation() says the rules of a persona in the words of each agent", () => {
  const of = calls();
  const claude = of("claude").args.join(" ");
  assert.match(claude, /--setting-sources project --permission-mode dontAsk --tools Read,Bash /);
  assert.match(claude, /--allowedTools Read Bash\(git log\*\) --disallowedTools Write Bash/);
  assert.match(
    of("codex").args.join(" "),
    /-s read-only -c web_search="disabled" -c features\.multi/,
  );
  assert.match(of("gemini").args.join(" "), /--approval-mode yolo .*--policy \/f\/policy\.toml/);
  assert.deepEqual(of("gemini").files, {
    "/f/policy.toml": `[[rule]]
toolName = "*"
decision = "deny"
priority = 950
denyMessage = "allowed_tools does not name it"

[[rule]]
toolName = ["read_file","read_many_files"]
decision = "allow"
priority = 960
allowRedirection = true

[[rule]]
toolName = ["run_shell_command"]
commandPrefix = "git log"
decision = "allow"
priority = 960
allowRedirection = true

[[rule]]
toolName = ["write_file"]
decision = "deny"
priority = 970
denyMessage = "deny Write"

[[rule]]
toolName = ["run_shell_command"]
commandPrefix = "git push"
decision = "deny"
priority = 970
denyMessage = "deny Bash(git push*)"
`,
  });
  const permission = {
    "*": "deny",
    external_directory: { "*": "deny", "/p/*": "allow" },
    read: { "*": "allow" },
    bash: { "*": "deny", "git log*": "allow", "git push*": "deny" },
    edit: { "*": "deny" },
  };
  const config = JSON.parse(of("opencode").env["OPENCODE_CONFIG_CONTENT"] ?? "");
  assert.deepEqual(config, {
    model: "a",
    permission: { webfetch: "ask", ...permission },
    default_agent: "wave",
    agent: { wave: { mode: "primary", permission } },
  });
  // Of rules that fit a call the last one counts.
  assert.deepEqual(Object.keys(config.agent.wave.permission), Object.keys(permission));
  assert.deepEqual(Object.keys(config.agent.wave.permission.bash), Object.keys(permission.bash));
});

Deno.test("invocation() names files to OpenCode from the top of any folder around the workspace", () => {
  const permissions = { allow: [], deny: ["Write(secrets/*)"] };
  const env = calls({ permissions, workspace: "/p/.wave/workspaces/r/a" })("opencode").env;
  const { permission } = JSON.parse(env["OPENCODE_CONFIG_CONTENT"] ?? "");
  assert.deepEqual(permission.edit, { "secrets/*": "deny", "*r/a/secrets/*": "deny" });
});

Deno.test("invocation() by the Agent Client Protocol lets agents ask for what they may do", () => {
  const rules = { allow: ["Read", "Bash(git log*)"], deny: ["Bash(git push*)"] };
  const of = (name: string, permissions: ToolPermissions) => {
    const adapter = adapterFor({ name: "x", binary: name, args: ["--acp"], protocol: "acp" });
    assert(adapter.kind === "program");
    return adapter.invocation({ ...request, permissions }, {});
  };
  const [policy = ""] = Object.values(of("gemini", rules).files ?? {});
  assert.deepEqual(policy.match(/decision = .*/g), [
    ...['decision = "deny"', 'decision = "ask_user"', 'decision = "ask_user"'],
    'decision = "deny"',
  ]);
  const permission = (permissions: ToolPermissions) =>
    JSON.parse(of("opencode", permissions).env["OPENCODE_CONFIG_CONTENT"] ?? "").permission;
  const { read, bash } = permission(rules);
  assert.deepEqual([read, bash], [
    { "*": "ask" },
    { "*": "deny", "git log*": "ask", "git push*": "deny" },
  ]);
  assert.equal(permission({ allow: [], deny: ["Bash"] })["*"], "ask");
  const other = of("goose", rules);
  assert.deepEqual([other.args, other.stdin, other.env], [["--acp"], "", {}]);
});

Deno.test("invocation() leaves agents as they are where a persona has no rules", () => {
  const of = calls({ permissions: { allow: [], deny: [] } });
  assert.match(of("claude").args.join(" "), /--permission-mode acceptEdits$/);
  assert.match(of("codex").args.join(" "), /-s workspace-write -c analytics/);
  assert(!of("gemini").args.includes("--policy"));
});

Deno.test("invocation() opens the folders of git to a codex that writes", () => {
  const gitFolders = ["/p/.git/worktrees/w", "/p/.git"];
  const writes = calls({ gitFolders, permissions: { allow: [], deny: [] } })("codex");
  assert(
    writes.args.includes(
      `sandbox_workspace_write.writable_roots=["/p/.git/worktrees/w","/p/.git"]`,
    ),
  );
  assert(!calls({ gitFolders })("codex").args.join(" ").includes("writable_roots"));
});

Deno.test("invocation() puts a manifest's arguments first, of opencode behind run", () => {
  const args = (name: string) => agent(name, ["--own"]).invocation(request, {}).args.slice(0, 2);
  assert.equal(args("claude")[0], "--own");
  assert.deepEqual(args("opencode"), ["run", "--own"]);
});
