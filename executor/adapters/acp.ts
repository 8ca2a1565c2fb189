/** Any agent that speaks the Agent Client Protocol: it is talked with, and asks before it uses a tool. */
import type {
  AnyMessage,
  ContentBlock,
  PermissionOption,
  RequestPermissionOutcome,
  RequestPermissionRequest,
  SessionNotification,
  StopReason,
  ToolCallUpdate,
} from "@agentclientprotocol/sdk";
import type { StepExit } from "../processes/exit.ts";
import { AcpCall } from "./acp_call.ts";
import { AcpFailure, type AcpSession, codeOf, openAcpSession } from "./acp_session.ts";
import { dollarsIn, usageIn } from "./acp_usage.ts";
import type { AdapterRequest, AgentEvent, Interpreter, Verdict, Wire } from "./adapter.ts";
import { MAX_TEXT, withoutResult, withSystemPrompt } from "./agent_verdict.ts";
import { type JsonObject, jsonObject, objectAt, textAt } from "./json_line.ts";
import { refusal } from "./permission_answer.ts";

/** What a turn that ended otherwise means. */
const ENDS: Readonly<Record<Exclude<StopReason, "end_turn">, string>> = {
  max_tokens: "the agent came to the end of its tokens (max_tokens)",
  max_turn_requests: "the agent came to the end of its requests (max_turn_requests)",
  refusal: "the agent refused to go on (refusal)",
  cancelled: "the agent ended its turn early (cancelled)",
};

const NO_ANSWER: RequestPermissionOutcome = { outcome: "cancelled" };

export class AcpInterpreter implements Interpreter {
  readonly #calls = new Map<string, AcpCall>();
  readonly #asked = new Set<string>();
  /** Calls of which nothing more is to be told. */
  readonly #over = new Set<string>();
  readonly #messages: ReadableStream<AnyMessage>;
  #incoming: ReadableStreamDefaultController<AnyMessage> | null = null;
  #request: AdapterRequest | null = null;
  #wire: Wire | null = null;
  #cancel: (() => void) | null = null;
  /** False while an earlier conversation is told again. */
  #isLive = false;
  /** True when the agent did what was asked of it, or said why it did not. */
  #isOver = false;
  #isCancelled = false;
  /** True when its program has ended. */
  #hasEnded = false;
  #text = "";
  /** What of the text is not told yet: it comes in pieces of a few words. */
  #untold = "";
  #message: string | null = null;
  #dollarsBefore: number | null = 0;
  #dollars: number | null = null;
  #response: JsonObject | null = null;
  #error: string | null = null;
  readonly #fault = Promise.withResolvers<never>();
  #session: AcpSession | null = null;
  #version = "";
  #isRefused = false;

  constructor() {
    // Heard of where the conversation waits for it, which may have ended before.
    this.#fault.promise.catch(() => {});
    this.#messages = new ReadableStream({
      start: (controller) => {
        this.#incoming = controller;
      },
      cancel: () => {
        this.#incoming = null;
      },
    });
  }

  line(text: string): readonly AgentEvent[] {
    const message = jsonObject(text);
    // Agents print plain text among their messages, which is no reason to answer it.
    if (message !== null && isMessage(message)) this.#incoming?.enqueue(message);
    return [];
  }

  async converse(request: AdapterRequest, wire: Wire): Promise<void> {
    this.#request = request;
    this.#wire = wire;
    try {
      await this.#talk(request, wire);
    } catch (error) {
      // What it did not answer because its program ended, the program's end tells better.
      if (!this.#hasEnded) this.#error = failureOf(error);
    }
    this.#tell();
    this.#isOver = !this.#hasEnded;
  }

  cancel(): void {
    // What it answers to that is no answer to what was asked of it.
    this.#isCancelled = !this.#isOver;
    this.#cancel?.();
  }

  ended(): void {
    this.#hasEnded = true;
    this.#incoming?.close();
    this.#incoming = null;
  }

  answered(): boolean {
    return this.#isOver && !this.#isCancelled;
  }

  verdict(exit: StepExit): Verdict {
    const { id, canGoOn } = this.#session ?? { id: "", canGoOn: false };
    const known = {
      text: this.#text,
      ...canGoOn ? { session: { id, used: null } } : {},
      ...this.#version === "" ? {} : { version: this.#version },
    };
    if (this.#response === null) return withoutResult(exit, { ...known, error: this.#error });
    const reason = textAt(this.#response, "stopReason");
    const before = this.#dollarsBefore;
    const usd = this.#dollars === null || before === null ? null : this.#dollars - before;
    return {
      ...known,
      error: isEnd(reason) ? ENDS[reason] : this.#text === "" ? this.#stopped() : null,
      ...usageIn(this.#response, usd),
      // The protocol does not say of what an agent tells the tokens.
      unreported: true,
    };
  }

  /** Many agents end their turn, and say nothing, when they may not do something. */
  #stopped(): string | null {
    const mayBeDone = this.#request === null || this.#request.artifacts.length > 0;
    return this.#isRefused && !mayBeDone ? "the agent stopped where it was refused" : null;
  }

  async #talk(request: AdapterRequest, wire: Wire): Promise<void> {
    const { client, methods, PROTOCOL_VERSION } = await import("@agentclientprotocol/sdk");
    const writable = new WritableStream<AnyMessage>({
      write: (message) => wire.send(JSON.stringify(message)),
    });
    const connection = client({ name: "wave" })
      .onRequest(
        methods.client.session.requestPermission,
        ({ params }) => ({ outcome: this.#sound(() => this.#answer(params), NO_ANSWER) }),
      )
      .onNotification(
        methods.client.session.update,
        ({ params }) => this.#sound(() => this.#update(params), undefined),
      )
      .connect({ readable: this.#messages, writable });
    const { agent } = connection;
    try {
      const about = await agent.request("initialize", {
        protocolVersion: PROTOCOL_VERSION,
        // It has tools of its own for files and commands, and asks before it uses them.
        clientCapabilities: {},
        clientInfo: { name: "wave", version: "1" },
      });
      this.#version = about.agentInfo?.version ?? "";
      // What an earlier part of it cost is known only where it is told again.
      if (request.session != null) this.#dollarsBefore = null;
      this.#session = await openAcpSession(agent, about, request);
      const sessionId = this.#session.id;
      this.#dollarsBefore = this.#dollars ?? this.#dollarsBefore;
      this.#isLive = true;
      this.#cancel = () => void agent.notify("session/cancel", { sessionId }).catch(ignoreClosed);
      const text = withSystemPrompt(request.systemPrompt, request.prompt);
      const prompt: ContentBlock[] = [{ type: "text", text }];
      const response = await Promise.race([
        agent.request(methods.agent.session.prompt, { sessionId, prompt }),
        this.#fault.promise,
      ]);
      this.#response = { ...response };
    } finally {
      this.#cancel = null;
      connection.close();
    }
  }

  /** What fails in here ends the conversation: to the agent it would be an answer like another. */
  #sound<T>(handle: () => T, otherwise: T): T {
    try {
      return handle();
    } catch (error) {
      this.#fault.reject(error);
      return otherwise;
    }
  }

  #update({ update }: SessionNotification): void {
    if (update.sessionUpdate === "usage_update") this.#dollars = dollarsIn(update) ?? this.#dollars;
    if (!this.#isLive) return;
    switch (update.sessionUpdate) {
      case "agent_message_chunk":
        if (update.content.type !== "text") return;
        return this.#say(update.content.text, update.messageId ?? null);
      case "tool_call":
      case "tool_call_update":
        return this.#called(update);
    }
  }

  #say(text: string, message: string | null): void {
    if (message !== this.#message) this.#tell();
    this.#message = message;
    // What it said before a tool call was no answer, unless it says nothing more.
    if (this.#untold === "") this.#text = "";
    this.#untold = (this.#untold + text).slice(0, MAX_TEXT);
    this.#text = (this.#text + text).slice(0, MAX_TEXT);
  }

  #called(update: ToolCallUpdate): void {
    const { toolCallId: id, status } = update;
    if (this.#over.has(id)) return;
    const call = this.#heard(update);
    if (status !== "completed" && status !== "failed") return;
    this.#over.add(id);
    const rule = this.#rule(call);
    if (status === "failed" || call.isMissing) {
      return this.#event({
        ...{ kind: "result", id, error: call.error, refused: rule !== null },
        ...rule === null ? {} : { rule },
      });
    }
    this.#event({ kind: "result", id, error: null });
    if (rule === null || this.#asked.has(id)) return;
    const what = `${call.tool} ${call.summary(this.#request?.workspace ?? "")}`.trim();
    this.#event({ kind: "warning", message: `it did not ask for ${what} (${rule})` });
  }

  #answer({ toolCall, options }: RequestPermissionRequest): RequestPermissionOutcome {
    const { toolCallId: id } = toolCall;
    const call = this.#heard(toolCall);
    this.#asked.add(id);
    const rule = this.#rule(call);
    // "Always" would take what it asks next out of our hands.
    const allowed = rule === null ? optionOf(options, ["allow_once"]) : null;
    if (allowed !== null) return allowed;
    this.#over.add(id);
    this.#isRefused = true;
    this.#event({
      ...{ kind: "result", id, error: "refused", refused: true },
      rule: rule ?? "the agent offers to allow it for ever only",
    });
    return optionOf(options, ["reject_once", "reject_always"]) ?? NO_ANSWER;
  }

  #heard(update: ToolCallUpdate): AcpCall {
    this.#tell();
    const { toolCallId: id } = update;
    const call = this.#calls.get(id) ?? new AcpCall();
    this.#calls.set(id, call);
    call.told(update);
    const message = call.summary(this.#request?.workspace ?? "");
    this.#event({ kind: "call", id, tool: call.tool, message });
    return call;
  }

  #rule(call: AcpCall): string | null {
    const request = this.#request;
    return request === null ? null : refusal(request.permissions, call, request.workspace);
  }

  #tell(): void {
    const text = this.#untold;
    this.#untold = "";
    if (text !== "") this.#event({ kind: "text", text });
  }

  #event(event: AgentEvent): void {
    this.#wire?.tell(event);
  }
}

function optionOf(
  options: readonly PermissionOption[],
  kinds: readonly PermissionOption["kind"][],
): RequestPermissionOutcome | null {
  const found = kinds.flatMap((kind) => options.filter((option) => option.kind === kind))[0];
  return found === undefined ? null : { outcome: "selected", optionId: found.optionId };
}

function isEnd(reason: string): reason is keyof typeof ENDS {
  return Object.hasOwn(ENDS, reason);
}

function isMessage(message: JsonObject): message is JsonObject & AnyMessage {
  return message["jsonrpc"] === "2.0";
}

/** @throws what is no refusal of the agent */
function failureOf(error: unknown): string {
  if (error instanceof AcpFailure) return error.message;
  if (!(error instanceof Error) || codeOf(error) === null) throw error;
  const data = "data" in error ? error.data : null;
  const more = typeof data === "string" ? data : textAt(objectAt({ data }, "data"), "details") ||
    textAt(objectAt({ data }, "data"), "message");
  return more === "" || error.message.includes(more) ? error.message : `${error.message}: ${more}`;
}

/** It has ended before it could be told. */
function ignoreClosed(error: unknown): void {
  if (!(error instanceof Error)) throw error;
}
