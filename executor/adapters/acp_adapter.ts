/** An agent by the Agent Client Protocol: how it is started, and made to keep rules before it asks. */
import { AcpInterpreter } from "./acp.ts";
import type {
  AdapterRequest,
  AdapterSettings,
  Enforce,
  Invocation,
  ProgramAdapter,
} from "./adapter.ts";
import { enforceByGemini, geminiPolicyFile } from "./gemini_policy.ts";
import { enforceByOpencode } from "./opencode_permission.ts";
import { opencodeVariables } from "./opencode.ts";
import { programAdapter } from "./program_adapter.ts";
import { toolRule } from "./tool_names.ts";

interface OwnMeans {
  readonly enforce: Enforce;
  readonly invocation: (
    request: AdapterRequest,
    env: Readonly<Record<string, string>>,
  ) => Partial<Invocation>;
}

/** Agents that are handed the rules, too: they ask for some tools only, and read on after a refusal. */
const OWN_MEANS: Readonly<Record<string, OwnMeans>> = {
  gemini: {
    enforce: (rule) => enforceByGemini(rule) ?? (asks(rule.rule) ? "it asks" : null),
    invocation({ permissions, folder, project }) {
      const { args, files } = geminiPolicyFile(permissions, folder, "ask_user");
      return {
        args: ["--skip-trust", "--include-directories", project, ...args],
        env: { GEMINI_CLI_NO_RELAUNCH: "true" },
        files,
      };
    },
  },
  opencode: {
    enforce: enforceByOpencode,
    invocation: (request, env) => ({ env: opencodeVariables(request, env, "ask") }),
  },
};

/** Gemini CLI asks before it writes a file, whatever is allowed to it. */
function asks(rule: string): boolean {
  const { tool } = toolRule(rule);
  return tool === "write" || tool === "edit";
}

/** @param agent the one that it is, of those that wave knows; null of any other. */
export function acpAdapter(settings: AdapterSettings, agent: string | null): ProgramAdapter {
  const own = agent === null ? undefined : OWN_MEANS[agent];
  return {
    ...programAdapter(
      settings,
      () => new AcpInterpreter(),
      // Which tools it asks for, nobody knows.
      own?.enforce ?? (() => null),
      (request, env) => ({ args: [], stdin: "", env: {}, ...own?.invocation(request, env) }),
    ),
    protocol: "acp",
  };
}
