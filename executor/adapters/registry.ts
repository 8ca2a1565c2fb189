/** Which adapter a manifest entry means. */
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

/**
 * By the entry's name, or else by its binary's: `mock claude codex gemini opencode`. Any other is the
 * generic adapter, which gives the prompt to the binary and takes what it prints for the answer.
 */
export function adapterFor(settings: AdapterSettings): Adapter {
  const { name, binary } = settings;
  const file = binary.slice(binary.lastIndexOf("/") + 1);
  const key = [name, file].find((candidate) => Object.hasOwn(KNOWN, candidate));
  const make = key === undefined ? undefined : KNOWN[key];
  return (make ?? genericAdapter)(settings);
}
