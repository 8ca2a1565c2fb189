/** What the real agents are given: an environment, and a manifest whose models are served on loopback. */

export const PACKAGES = {
  claude: "@anthropic-ai/claude-code",
  codex: "@openai/codex",
  gemini: "@google/gemini-cli",
  opencode: "opencode-ai",
} as const;
export type Agent = keyof typeof PACKAGES;
export const AGENTS: readonly Agent[] = ["claude", "codex", "gemini", "opencode"];

const MODELS: Readonly<Record<Agent, string>> = {
  claude: "test",
  codex: "test",
  gemini: "gemini-2.5-pro",
  opencode: "test/m",
};

/** @param url of the model service, with the tag by which it counts. */
export function environmentFor(
  url: string,
  { home, path }: { readonly home: string; readonly path: string },
): Record<string, string> {
  const provider = {
    test: {
      npm: "@ai-sdk/openai-compatible",
      options: { baseURL: `${url}/v1`, apiKey: "dummy" },
      models: { m: {}, paid: { cost: { input: 1, output: 2 } } },
    },
  };
  return {
    ...{ HOME: home, PATH: path, TERM: "dumb", LANG: "C.UTF-8" },
    ...{ ANTHROPIC_API_KEY: "dummy", ANTHROPIC_BASE_URL: url, TEST_KEY: "dummy" },
    ...{ GEMINI_API_KEY: "dummy", GOOGLE_GEMINI_BASE_URL: url },
    OPENCODE_CONFIG_CONTENT: JSON.stringify({ provider }),
  };
}

/** How those are started that speak the Agent Client Protocol by themselves. */
const ACP: Readonly<Partial<Record<Agent, string>>> = { gemini: "--acp", opencode: "acp" };

export function speaksAcp(agent: Agent): boolean {
  return ACP[agent] !== undefined;
}

/** @param model the one of this agent that is tried, unless it is given. */
export function manifestFor(
  agent: Agent,
  url: string,
  { permissions, model = MODELS[agent], isAcp }: {
    readonly permissions: string;
    readonly model?: string | undefined;
    /** True where it is talked with by the Agent Client Protocol. */
    readonly isAcp: boolean;
  },
): string {
  const acp = isAcp ? `protocol: acp, args: [${ACP[agent]}], ` : "";
  const codex = `model_providers.t={name="t",base_url="${url}/v1",env_key="TEST_KEY",` +
    `wire_api="responses"}`;
  const adapters = {
    claude: `{ binary: claude, default_model: ${model}, ` +
      "env: [ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL] }",
    codex: `{ binary: codex, default_model: ${model}, env: [TEST_KEY], ` +
      `args: [-c, model_provider=t, -c, '${codex}'] }`,
    gemini: `{ binary: gemini, ${acp}default_model: ${model}, ` +
      "env: [GEMINI_API_KEY, GOOGLE_GEMINI_BASE_URL] }",
    opencode: `{ binary: opencode, ${acp}default_model: ${model}, ` +
      "env: [OPENCODE_CONFIG_CONTENT] }",
  };
  return `adapters: { ${agent}: ${adapters[agent]} }
personas: { p: { adapter: ${agent}, permissions: ${permissions} } }
`;
}
