/** What an agent tells while it works, as events of its step, and what is to be kept of it for its end. */
import type { EventDraft, StepWarning, ToolCalled } from "../../event/event.ts";
import type { Redactor } from "../../event/redaction/redact.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import type { Reading } from "../budget/meter.ts";
import { outputRecorder } from "../processes/output_events.ts";
import type { AgentEvent, ToolPermissions } from "./adapter.ts";
import type { PricedUse, PriceUse } from "./priced_tokens.ts";
import type { ModelUsage } from "../pricing/model_usage.ts";
import { shortened } from "./agent_verdict.ts";
import { refusingRule } from "./refusing_rule.ts";

/** Refusals that a reason names; the log has all. */
const MOST_REFUSED = 3;

interface Call {
  readonly tool: string;
  readonly message: string;
}

/** Where the events of an agent go. */
export interface Listener {
  readonly persona: string | null;
  readonly emit: (draft: EventDraft) => void;
  readonly redactor?: Redactor | undefined;
  /** Records what is used, where somebody counts it. */
  readonly reading?: Reading | undefined;
}

type Told =
  | { readonly state: "tool"; readonly message: string; readonly data: ToolCalled["data"] }
  | {
    readonly state: "warning";
    readonly message: string;
    readonly data: NonNullable<StepWarning["data"]>;
  };

export class AgentLog {
  readonly #host: Listener;
  readonly #of: { step_id: string; persona: string | null; attempt: number };
  readonly #permissions: ToolPermissions;
  readonly #streams: boolean;
  readonly #calls = new Map<string, Call>();
  readonly #refused: string[] = [];
  readonly #price: PriceUse;
  #use: PricedUse = { tokens: NO_TOKENS, costFrom: [] };
  #trouble: string | null = null;

  constructor(
    host: Listener,
    of: { stepId: string; attempt: number; permissions: ToolPermissions },
    { streams, price }: { readonly streams: boolean; readonly price: PriceUse },
  ) {
    this.#host = host;
    this.#of = { step_id: of.stepId, persona: host.persona, attempt: of.attempt };
    this.#permissions = of.permissions;
    this.#streams = streams;
    this.#price = price;
  }

  /** All that is known so far of what was used. */
  get use(): PricedUse {
    return this.#use;
  }

  /** True while a tool of the agent works. */
  get isBusy(): boolean {
    return this.#calls.size > 0;
  }

  /** The last error that the agent told, such as one that it tries again after. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** `refused: Write plan.md (allowed_tools does not name it)`, or null when nothing was. */
  get refusals(): string | null {
    const [first, ...others] = new Set(this.#refused);
    if (first === undefined) return null;
    const shown = [first, ...others].slice(0, MOST_REFUSED);
    const more = others.length + 1 - shown.length;
    return `refused: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  }

  record(event: AgentEvent): void {
    switch (event.kind) {
      case "text":
        return this.#say(event.text);
      case "call":
        this.#calls.set(event.id, event);
        return;
      case "tool":
        return this.#tell(event, "ok");
      case "result": {
        const call = this.#calls.get(event.id);
        if (call === undefined) return;
        this.#calls.delete(event.id);
        this.#tell(call, event.error === null ? "ok" : event.error);
        if (event.refused === true) this.#refuse(call, event.rule);
        return;
      }
      case "refused":
        if (event.told !== true) this.#tell(event, "refused");
        return this.#refuse(event);
      case "trouble":
        this.#trouble = shortened(this.#line(event.message));
        return this.#emit({ state: "warning", message: this.#trouble, data: {} });
      case "wait":
        return;
      case "warning":
        return this.#emit({ state: "warning", message: event.message, data: {} });
      case "tokens":
        return this.recordUse(this.#price(event));
    }
  }

  recordUse(use: PricedUse): void {
    this.#use = use;
    const { tokens, models = [], costFrom } = use;
    const details = {
      ...models.length === 0 ? {} : { models: models.map(recorded) },
      ...costFrom.length === 0 ? {} : { cost_from: costFrom },
    };
    const { reading } = this.#host;
    if (reading !== undefined) return reading.used(tokens, details);
    this.#emit({
      state: "tool",
      message: "",
      // A count alone is nothing to read.
      data: { tokens, ...details, ...this.#streams ? { raw: true } : {} },
    });
  }

  /** Calls whose result never came: they were cut short. */
  end(): void {
    for (const call of this.#calls.values()) this.#tell(call, "no result");
    this.#calls.clear();
  }

  #say(text: string): void {
    if (text.trim() === "") return;
    const { persona, emit, redactor } = this.#host;
    const { step_id: stepId, attempt } = this.#of;
    const output = outputRecorder({ stepId, persona, attempt, emit, redactor });
    output.write("stdout", new TextEncoder().encode(`${text.trimEnd()}\n`));
    output.end();
  }

  #tell({ tool, message }: Call, result: string): void {
    this.#emit({
      state: "tool",
      message: shortened(this.#line(message)),
      data: { tool, result: shortened(this.#line(result)) },
    });
  }

  #refuse({ tool, message }: Call, certain?: string): void {
    const rule = certain ?? refusingRule(this.#permissions, tool, message);
    const call = `${tool} ${shortened(this.#line(message))}`.trim();
    const text = rule === null ? call : `${call} (${rule})`;
    this.#refused.push(text);
    this.#emit({ state: "warning", message: `refused: ${text}`, data: { refused: tool, rule } });
  }

  /** In this order: of a secret that was cut first, nobody knows that it is one. */
  #line(text: string): string {
    return (this.#host.redactor?.text(text) ?? text).replaceAll(/\s+/g, " ").trim();
  }

  #emit(draft: Told): void {
    this.#host.emit({ ...this.#of, tokens_used: this.#use.tokens.total, ...draft });
  }
}

/** As the trace has it. */
function recorded({ model, input, cacheRead, cacheWrite, output, more }: ModelUsage) {
  return {
    ...{ model, input, cache_read: cacheRead, cache_write: cacheWrite, output },
    ...more === true ? { more } : {},
  };
}
