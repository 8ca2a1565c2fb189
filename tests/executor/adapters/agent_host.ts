/** What the tests of adapters share: a request, and a host that keeps the events. */
import { join } from "@std/path";
import type { EventDraft } from "../../../event/event.ts";
import type { AdapterRequest } from "../../../executor/adapters/adapter.ts";
import type { AgentHost } from "../../../executor/adapters/run_agent.ts";
import { openFinder } from "../../../executor/processes/open_finder.ts";
import { newMark } from "../../../executor/processes/process_marker.ts";

/** A workspace, a finder and the events of one attempt; removed at the end. */
export function agentBench(more: Partial<AgentHost> = {}) {
  const workspace = Deno.makeTempDirSync();
  const finder = openFinder();
  const mark = newMark();
  const events: EventDraft[] = [];
  const stop = new AbortController();
  const host: AgentHost = {
    finder,
    mark,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: workspace, WAVE_NONCE: mark.nonce },
    persona: "tester",
    emit: (draft) => events.push(draft),
    graceMs: 50,
    signal: stop.signal,
    ...more,
  };
  return {
    workspace,
    host,
    events,
    stop: () => stop.abort(),
    request: (prompt: string, request: Partial<AdapterRequest> = {}): AdapterRequest => ({
      project: workspace,
      folder: join(workspace, ".agent"),
      prompt,
      systemPrompt: null,
      model: null,
      temperature: null,
      permissions: { allow: [], deny: [] },
      workspace,
      stepId: "step",
      attempt: 1,
      artifacts: [],
      ...request,
    }),
    output: () => events.filter(({ state }) => state === "output").map(({ message }) => message),
    async [Symbol.asyncDispose]() {
      await finder[Symbol.asyncDispose]();
      Deno.removeSync(workspace, { recursive: true });
    },
  };
}
