import assert from "node:assert/strict";
import {
  accessHint,
  accessProblem,
  type CallingAdapter,
} from "../../../executor/adapters/agent_access.ts";

const claude: CallingAdapter = { name: "claude", binary: "claude", args: [] };
const UNNAMED = "ANTHROPIC_API_KEY is set, but adapters.claude.env does not name it";
const linux = Deno.build.os === "linux";

Deno.test("accessProblem() tells of a key that does not reach the agent, and of none at all", () => {
  const root = Deno.makeTempDirSync();
  const HOME = `${root}/home`;
  Deno.mkdirSync(`${HOME}/.claude`, { recursive: true });
  const key = { ANTHROPIC_API_KEY: "k" };
  const ask = (adapter: CallingAdapter, environment: object, passed: object = {}) => {
    const variables = { environment: { HOME, ...environment }, passed: { HOME, ...passed } };
    return accessProblem(adapter, { ...variables, root });
  };
  assert.deepEqual(ask(claude, key), {
    message: UNNAMED,
    hint: "write env: [ANTHROPIC_API_KEY] at adapters.claude in wave.yaml",
    isCertain: linux,
  });
  assert.equal(ask({ ...claude, name: "other" }, key)?.message, UNNAMED.replace("claude", "other"));
  assert.equal(ask(claude, {})?.isCertain ?? false, false);
  if (linux) assert.equal(ask(claude, {})?.message, "no key and no login of claude is known");
  assert.equal(ask(claude, { ANTHROPIC_API_KEY: "" }, {})?.isCertain ?? false, false);
  // What reaches it, a program of one's own, arguments, and an agent of any service may do.
  assert.equal(ask(claude, key, key), null);
  assert.equal(ask(claude, key, { ANTHROPIC_AUTH_TOKEN: "t" }), null);
  assert.equal(ask(claude, key, { CLAUDE_CODE_USE_BEDROCK: "1" }), null);
  assert.equal(ask({ ...claude, binary: "bin/claude" }, key), null);
  assert.equal(ask({ ...claude, args: ["--settings", "x.json"] }, key), null);
  assert.equal(ask({ ...claude, args: ["--acp"] }, key)?.message, UNNAMED);
  assert.equal(ask({ name: "opencode", binary: "opencode", args: [] }, key), null);
  // So may a login, and settings of the project.
  Deno.writeTextFileSync(`${HOME}/.claude/.credentials.json`, "{}");
  assert.equal(ask(claude, key), null);
  Deno.removeSync(`${HOME}/.claude/.credentials.json`);
  Deno.writeTextFileSync(`${root}/.env`, "");
  assert.equal(ask(claude, key), null);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("accessHint() says what was lacking where a service let nobody in", () => {
  const key = { ANTHROPIC_API_KEY: "k" };
  const hint = (reason: string, environment: object, passed: object = {}) =>
    accessHint(reason, claude, { environment: { ...environment }, passed: { ...passed } });
  for (
    const reason of [
      "Not logged in \u00b7 Please run /login",
      "Invalid API key \u00b7 Fix external API key",
      "API error 401, next try in 2 s",
      "unexpected status 401 Unauthorized",
      "API key not valid. Please pass a valid API key.",
      "Please set an Auth method in your settings.json",
    ]
  ) {
    assert.equal(hint(reason, key), UNNAMED, reason);
    assert.equal(hint(reason, key, key), "it got ANTHROPIC_API_KEY: check the value");
    assert.match(
      hint(reason, {}) ?? "",
      /^it got no key: name ANTHROPIC_API_KEY in adapters\.claude\.env/,
    );
  }
  for (
    const reason of ["API error 429", "exit code 1: 4010 tests failed", "time limit of 5s reached"]
  ) {
    assert.equal(hint(reason, key), null, reason);
  }
  const surroundings = { environment: key, passed: {} };
  assert.equal(accessHint("401", { name: "own", binary: "own" }, surroundings), null);
});
