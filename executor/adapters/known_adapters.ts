/** Which adapter a manifest entry means. */
import { acpAdapter } from "./acp_adapter.ts";
import type { Adapter, AdapterSettings } from "./adapter.ts";
import { claudeAdapter } from "./claude.ts";
import { codexAdapter } from "./codex.ts";
import { geminiAdapter } from "./gemini.ts";
import { genericAdapter } from "./generic.ts";
import { mockAdapter } from "./mock.ts";
import { opencodeAdapter } from "./opencode.ts";

const KNOWN: Readonly<Record<string, (settings: AdapterSettings) => Adapter>> = {
  claude: claudeAdapter,
  codex: codexAdapter,
  gemini: geminiAdapter,
  mock: mockAdapter,
  opencode: opencodeAdapter,
};

/** Which of the agents that wave knows an entry means: by its name, or else by its binary's. */
export function knownAgent(
  { name, binary }: Pick<AdapterSettings, "name" | "binary">,
): string | null {
  const file = binary.slice(binary.lastIndexOf("/") + 1);
  return [name, file].find((candidate) => Object.hasOwn(KNOWN, candidate)) ?? null;
}

/** True of an agent whose output is a stream of events, which is no text for a person. */
export function streamsEvents(settings: AdapterSettings): boolean {
  const adapter = adapterFor(settings);
  return adapter.kind === "program" && adapter.streams;
}

/**
 * One of `mock claude codex gemini opencode` ({@linkcode knownAgent}). Any other is the generic adapter,
 * which gives the prompt to the binary and takes what it prints for the answer; or one that is talked with,
 * where the settings name a protocol.
 */
export function adapterFor(settings: AdapterSettings): Adapter {
  const key = knownAgent(settings);
  if (settings.protocol === "acp") return acpAdapter(settings, key);
  const make = key === null ? undefined : KNOWN[key];
  return (make ?? genericAdapter)(settings);
}
