/**
 * An agent of the tests' own, which speaks the Agent Client Protocol with the agent's side of the SDK. It does
 * what the prompt says: a JSON array of things to do in turn, within any other text.
 *
 *     [{"say": "hi"}, {"ask": {toolCallId, …}}, {"update": {…}}, {"stop": "refusal"}, {"fail": "429 …"}, {"hang": true}]
 */
import {
  agent,
  methods,
  ndJsonStream,
  type PromptResponse,
  RequestError,
  type SessionUpdate,
  type StopReason,
  type ToolCallUpdate,
} from "@agentclientprotocol/sdk";

interface Deed {
  readonly say?: string;
  /** Asks, and does `then` when it may. */
  readonly ask?: ToolCallUpdate;
  /** Offers nothing but to allow for ever. */
  readonly always?: boolean;
  readonly update?: SessionUpdate;
  readonly stop?: StopReason;
  readonly usage?: unknown;
  readonly fail?: string;
  readonly exit?: number;
  readonly hang?: boolean;
}

const ABLE = Deno.args.includes("--sessions");
const KEYED = Deno.args.includes("--keyed");
const MODELS = Deno.args.find((arg) => arg.startsWith("--models="))?.slice(9);
let isIn = !KEYED;
let model = "none";
const stopped = Promise.withResolvers<void>();

if (Deno.args.includes("--mute")) await new Promise<never>(() => setInterval(() => {}, 1000));
if (Deno.args.includes("--lingers")) setInterval(() => {}, 1000);
console.log("plain text among the messages");
Deno.addSignalListener("SIGTERM", () => setTimeout(() => Deno.exit(0), 100));

function deedsIn(prompt: string): Deed[] {
  const start = prompt.indexOf("[{");
  return start < 0 ? [{ say: prompt }] : JSON.parse(prompt.slice(start));
}

const chunk = (text: string): SessionUpdate => ({
  sessionUpdate: "agent_message_chunk",
  content: { type: "text", text },
});

agent({ name: "test" })
  .onRequest(methods.agent.initialize, ({ params }) => ({
    protocolVersion: params.protocolVersion,
    agentInfo: { name: Deno.args.includes("--gemini") ? "gemini-cli" : "test", version: "1.2.3" },
    agentCapabilities: { loadSession: ABLE },
    authMethods: KEYED ? [{ id: "test-api-key", name: "A key" }] : [],
  }))
  .onRequest(methods.agent.authenticate, () => {
    isIn = true;
    return {};
  })
  .onRequest(methods.agent.session.new, () => {
    if (!isIn) throw RequestError.authRequired();
    const option = { value: "m", name: "M" };
    return {
      sessionId: "s1",
      ...MODELS === "options"
        ? {
          configOptions: [{
            ...{ id: "model", name: "Model", category: "model", type: "select" as const },
            ...{ currentValue: "m", options: [option] },
          }],
        }
        : {},
      ...MODELS === "old" ? { models: { currentModelId: "m", availableModels: [] } } : {},
    };
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    model = `option ${params.configId} ${String(params.value)}`;
    return { configOptions: [] };
  })
  .onRequest("session/set_model", (params) => params, ({ params }) => {
    model = `set_model ${JSON.stringify(params)}`;
    return {};
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    await client.notify(methods.client.session.update, {
      sessionId: params.sessionId,
      update: chunk("told before"),
    });
    return {};
  })
  .onNotification(methods.agent.session.cancel, ({ params }) => {
    Deno.writeTextFileSync("cancelled.txt", params.sessionId);
    stopped.resolve();
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }): Promise<PromptResponse> => {
    const { sessionId } = params;
    const tell = (update: SessionUpdate) =>
      client.notify(methods.client.session.update, { sessionId, update });
    const [first] = params.prompt;
    let stopReason: StopReason = "end_turn";
    let usage: unknown;
    for (const deed of deedsIn(first?.type === "text" ? first.text : "")) {
      if (deed.say !== undefined) {
        const text = deed.say.replace("$MODEL", model).replace("$SESSION", sessionId);
        // As real ones, in pieces.
        for (const piece of text.match(/\S+\s*/g) ?? []) await tell(chunk(piece));
      }
      if (deed.update !== undefined) await tell(deed.update);
      if (deed.ask !== undefined) {
        const { toolCallId } = deed.ask;
        const { outcome } = await client.request(methods.client.session.requestPermission, {
          sessionId,
          toolCall: deed.ask,
          options: [
            { optionId: "ever", name: "Always", kind: "allow_always" },
            ...deed.always === true
              ? []
              : [{ optionId: "now", name: "Once", kind: "allow_once" as const }],
            { optionId: "no", name: "No", kind: "reject_once" },
          ],
        });
        const may = outcome.outcome === "selected" && outcome.optionId !== "no";
        if (may) Deno.writeTextFileSync(`did-${toolCallId}.txt`, outcome.optionId);
        await tell({
          sessionUpdate: "tool_call_update",
          toolCallId,
          status: may ? "completed" : "failed",
        });
      }
      if (deed.fail !== undefined) {
        throw new RequestError(-32603, "Internal error", { details: deed.fail });
      }
      if (deed.exit !== undefined) Deno.exit(deed.exit);
      if (deed.hang === true) await stopped.promise;
      stopReason = deed.stop ?? stopReason;
      usage = deed.usage ?? usage;
    }
    return Object.assign({ stopReason }, usage);
  })
  .connect(ndJsonStream(Deno.stdout.writable, Deno.stdin.readable));
