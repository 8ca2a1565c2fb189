import assert from "node:assert/strict";
import { resolveManifest } from "../../../../executor/language/resolve/resolve_manifest.ts";
import { parseSource } from "../../../../executor/language/source/yaml_source.ts";

const BASE = "adapters: { mine: { binary: mine } }\n";
const persona = (body: string) => `${BASE}personas:\n  p:\n    adapter: mine\n    ${body}\n`;
const runtime = (body: string) => `${BASE}runtime:\n  ${body}\n`;

/** The mark § stands where the message has to point. */
const MANIFESTS: Readonly<Record<string, [yaml: string, told: string]>> = {
  "a key misspelt": [`${BASE}§persona: {}\n`, "error unknown_key"],
  "a key like none": [`${BASE}§colour: blue\n`, "warning unknown_key"],
  "a key of a persona misspelt": [persona("§permisions: {}"), "error unknown_key"],
  "a rule of a persona misspelt": [
    persona("permissions: { §allowed_tool: [Read] }"),
    "error unknown_key",
  ],
  "a persona's key of another tool": [persona("§tools: [Read]"), "warning unknown_key"],
  "an unknown adapter that is to take over for a persona": [
    persona("fallback: [{ adapter: §mime, model: m }]"),
    "error unknown_adapter",
  ],
  "an unknown adapter that is to take over for all": [
    runtime("fallback: [small, { adapter: §mime, model: m }]"),
    "error unknown_adapter",
  ],
  "models to take over as a map": [persona("fallback: §{ model: m }"), "error wrong_type"],
  "a persona's hooks": [
    persona("§hooks: { PreToolUse: [{ matcher: Bash, command: check }] }"),
    "error not_built",
  ],
  "a persona's sandbox": [persona("§sandbox: { allowed_domains: [x] }"), "error not_built"],
  "a persona's token scopes": [persona("§token_scopes: [issues]"), "error not_built"],
  "a persona's skills": [persona("§skills: [x]"), "warning not_built"],
  "a sandbox": [runtime("sandbox: { §enabled: true }"), "error not_built"],
  "a limit of tokens": [
    runtime("meta_pipeline: { §max_total_tokens: 500 }"),
    "error not_built",
  ],
  "a limit of money": [runtime("cost: { §budget_ceiling: 5 }"), "error not_built"],
  "a budget of nothing": [runtime("budget: { usd: §0 }"), "error wrong_value"],
  "a limit misspelt": [runtime("§default_timeout_minute: 5"), "error unknown_key"],
  "a price without one for output": [
    `${BASE}pricing: { gpt-5: §{ input: 1 } }\n`,
    "error missing_key",
  ],
  "a price that is none": [
    `${BASE}pricing: { gpt-5: { input: §-1, output: 1 } }\n`,
    "error wrong_value",
  ],
  "a price as text": [
    `${BASE}pricing: { gpt-5: { input: 1, output: 1, cache_read: §$2 } }\n`,
    "error wrong_value",
  ],
  "a price misspelt": [
    `${BASE}pricing: { gpt-5: { input: 1, output: 1, §cache_reed: 1 } }\n`,
    "error unknown_key",
  ],
  "a price of another tool": [
    `${BASE}pricing: { gpt-5: { input: 1, output: 1, §completion: 1 } }\n`,
    "warning unknown_key",
  ],
  "one price for all": [`${BASE}pricing: { gpt-5: §3 }\n`, "error wrong_type"],
  "an adapter's key of another tool": [
    "adapters: { mine: { binary: mine, §command: x } }\n",
    "warning unknown_key",
  ],
};

Deno.test("a manifest's mistake is told where it stands: what guards is refused, not passed over", async (t) => {
  for (const [name, [yaml, told]] of Object.entries(MANIFESTS)) {
    await t.step(name, () => {
      const before = yaml.slice(0, yaml.indexOf("§"));
      const { diagnostics } = resolveManifest(parseSource("wave.yaml", yaml.replace("§", "")));
      const place = `${before.split("\n").length}:${before.length - before.lastIndexOf("\n")}`;
      const found = diagnostics.map(({ severity, code, line, column }) =>
        `${severity} ${code} ${line}:${column}`
      );
      assert.ok(found.includes(`${told} ${place}`), found.join("\n"));
      assert.ok(
        diagnostics.filter(({ severity }) => severity === "error").length <= 1,
        found.join("\n"),
      );
    });
  }
});

Deno.test("a sandbox that is switched off asks for nothing", () => {
  const { diagnostics } = resolveManifest(
    parseSource("wave.yaml", runtime("sandbox: { enabled: false }")),
  );
  assert.deepEqual(diagnostics, []);
});

Deno.test("prices of a manifest are those that it names, in its order", () => {
  const yaml = BASE + "pricing: { gpt-5: { input: 1.25, output: 10, cache_read: 0.125 }, " +
    '"*": { input: 0, output: 0 } }\n';
  const { manifest, diagnostics } = resolveManifest(parseSource("wave.yaml", yaml));
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(manifest.pricing, [
    { models: "gpt-5", rates: { input: 1.25, output: 10, cacheRead: 0.125 } },
    { models: "*", rates: { input: 0, output: 0 } },
  ]);
});
