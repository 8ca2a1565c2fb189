/** Which adapter a manifest entry means. */
import type { Adapter, AdapterSettings } from "./adapter.ts";

/** By the entry's name: `mock claude codex gemini opencode`; any other is the generic adapter on its binary. */
export function adapterFor(_settings: AdapterSettings): Adapter {
  throw new Error("adapterFor is not built yet");
}
