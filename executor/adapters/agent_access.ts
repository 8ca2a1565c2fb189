/** How an agent shows its service who calls, as far as wave can see it: variables and files of a login. */
import { exists } from "../../event/files.ts";
import { knownAgent } from "./known_adapters.ts";

interface Access {
  /** Variables, any of which is enough; the one to tell people about comes first. */
  readonly keys: readonly string[];
  /** Files with a login, or with settings that may name another one; below the home folder. */
  readonly files: readonly string[];
  /** Variables that name another folder or service, or that switch to one. */
  readonly others: readonly string[];
}

const ACCESS: Readonly<Record<string, Access>> = {
  claude: {
    keys: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"],
    files: [".claude/.credentials.json", ".claude/settings.json"],
    others: ["CLAUDE_CONFIG_DIR", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX"],
  },
  codex: {
    keys: ["CODEX_API_KEY", "OPENAI_API_KEY"],
    files: [".codex/auth.json", ".codex/config.toml"],
    others: ["CODEX_HOME"],
  },
  gemini: {
    keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    files: [".gemini/oauth_creds.json", ".gemini/.env", ".env"],
    others: ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"],
  },
};

/** Files of a project that may hold a key or name one, below its root. */
const PROJECT_FILES = [".claude/settings.json", ".claude/settings.local.json", ".gemini", ".env"];

/** The variables that hold keys of an agent; none of one whose service may be anybody's. */
export function keysOf(agent: string): readonly string[] {
  return ACCESS[agent]?.keys ?? [];
}

/** Starts an agent in the mode in which it is talked with, and brings no key. */
const ACP_MODE = /^(?:--)?(?:experimental-)?acp$/;

/** An adapter of the manifest, as far as access depends on it. */
export interface CallingAdapter {
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
}

export interface CallerVariables {
  /** The environment of wave. */
  readonly environment: Readonly<Record<string, string>>;
  /** The part of it that the agent gets. */
  readonly passed: Readonly<Record<string, string>>;
  /** Absolute, of the project. */
  readonly root: string;
}

export interface AccessProblem {
  /** A clause for a message. */
  readonly message: string;
  /** What to write in `wave.yaml`, or what to do instead. */
  readonly hint: string;
  /** True when a key is there that the agent does not get, and nothing else that could let it in. */
  readonly isCertain: boolean;
}

/** Why an agent will have no access to its service; null when it may have, or when nobody can know. */
export function accessProblem(
  adapter: CallingAdapter,
  { environment, passed, root }: CallerVariables,
): AccessProblem | null {
  const agent = knownAgent(adapter) ?? "";
  const access = ACCESS[agent];
  // A program of the project, or arguments, may bring a key by themselves.
  const hasArguments = adapter.args.some((argument) => !ACP_MODE.test(argument));
  if (access === undefined || adapter.binary.includes("/") || hasArguments) return null;
  const { keys, files, others } = access;
  if ([...keys, ...others].some((name) => isSet(passed, name))) return null;
  const home = passed["HOME"] ?? "";
  if (home === "" || files.some((file) => exists(`${home}/${file}`))) return null;
  if (PROJECT_FILES.some((file) => exists(`${root}/${file}`))) return null;
  const key = unnamedKey(keys, { environment, passed });
  // Elsewhere a login may be in the system's own store of secrets.
  const isLinux = Deno.build.os === "linux";
  if (key !== null) {
    return {
      message: notNamed(key, adapter.name),
      hint: `write env: [${key}] at adapters.${adapter.name} in wave.yaml`,
      isCertain: isLinux,
    };
  }
  if (!isLinux) return null;
  return {
    message: `no key and no login of ${agent} is known`,
    hint: `log in with ${agent}, or set ${keys[0]} and name it in adapters.${adapter.name}.env`,
    isCertain: false,
  };
}

/**
 * What an agent whose service let nobody in was lacking, as far as it shows: a clause to follow the
 * reason, or null when the reason is another one.
 */
export function accessHint(
  reason: string,
  adapter: { readonly name: string; readonly binary: string },
  surroundings: Pick<CallerVariables, "environment" | "passed">,
): string | null {
  const keys = keysOf(knownAgent(adapter) ?? "");
  if (keys.length === 0 || !NO_ACCESS.test(reason)) return null;
  const given = keys.filter((name) => isSet(surroundings.passed, name));
  if (given.length > 0) return `it got ${given.join(" and ")}: check the value`;
  const unnamed = unnamedKey(keys, surroundings);
  return unnamed === null
    ? `it got no key: name ${
      keys[0]
    } in adapters.${adapter.name}.env, or log in with the agent itself`
    : notNamed(unnamed, adapter.name);
}

/** What the four say, and their services, when a key is wrong or missing. */
const NO_ACCESS =
  /\b401\b|Unauthorized|Please run \/login|Not logged in|(?:in)?valid[_ ]api[_ ]key|API key (?:not )?valid|authentication_error|set an Auth method/i;

function unnamedKey(
  keys: readonly string[],
  { environment, passed }: Pick<CallerVariables, "environment" | "passed">,
): string | null {
  return keys.find((each) => isSet(environment, each) && !isSet(passed, each)) ?? null;
}

function notNamed(key: string, adapter: string): string {
  return `${key} is set, but adapters.${adapter}.env does not name it`;
}

function isSet(variables: Readonly<Record<string, string>>, name: string): boolean {
  return (variables[name] ?? "") !== "";
}
