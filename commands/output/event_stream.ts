/**
 * One stream of a run's events as `logs`, `logs --follow`, `run`, `resume` and `do` print it: a line of
 * text, or a JSON object a line, for each event.
 */
import { encodeEvent } from "../../event/codec.ts";
import type { RunEvent } from "../../event/event.ts";
import type { Context, Output } from "../cli/command.ts";
import { dayLines, eventLine } from "./event_line.ts";
import { formatTokens } from "./format.ts";
import { safeLine, safeText } from "./safe_text.ts";

/** Characters that are written together. */
const CHUNK = 256 * 1024;

export interface EventStreamOptions {
  /** True when events of several runs are mixed. */
  readonly withRun?: boolean;
  /** True when the line that starts or resumes a run is to name it. */
  readonly namesRun?: boolean;
  /** True to show what a program wrote last below its failure: where its output is not shown itself. */
  readonly lastLines?: boolean;
  /** Where it is printed; stdout unless told. */
  readonly output?: Output;
  /** Only the id of each event's run, a line. */
  readonly idsOnly?: boolean;
}

export class EventStream {
  readonly #context: Context;
  readonly #output: Output;
  readonly #render: (event: RunEvent) => string;
  #pending = "";

  constructor(context: Context, options: EventStreamOptions = {}) {
    this.#context = context;
    this.#output = options.output ?? context.stdout;
    this.#render = options.idsOnly === true
      ? ({ run_id: id }) => `${safeLine(id)}\n`
      : context.format === "json"
      ? jsonOf
      : textOf(context, options);
  }

  /** Adds an event; it is written at the next `flush`. */
  add(event: RunEvent): void {
    this.#pending += this.#render(event);
  }

  /** As `add`, of an event whose JSON is at hand. */
  addEntry({ event, line }: { readonly event: RunEvent; readonly line: string }): void {
    this.#pending += this.#context.format === "json" ? `${line}\n` : this.#render(event);
  }

  /** Characters that have gathered. */
  get length(): number {
    return this.#pending.length;
  }

  /** True when so much has gathered that it should be written before more is added. */
  get isFull(): boolean {
    return this.#pending.length >= CHUNK;
  }

  /** Takes what was added since. */
  take(): string {
    const text = this.#pending;
    this.#pending = "";
    return text;
  }

  /** Writes what was added. Throws as `Output.send`. */
  async flush(): Promise<void> {
    if (this.#pending !== "") await this.#output.send(this.take());
  }
}

/** An event is its own JSON object, the schema's version included: the line of the trace. */
function jsonOf(event: RunEvent): string {
  return `${encodeEvent(event)}\n`;
}

function textOf(
  context: Context,
  { withRun = false, namesRun = false, lastLines = false }: EventStreamOptions,
) {
  const day = dayLines(context.now());
  const options = {
    ...{ safe: safeText, tokens: formatTokens },
    ...{ color: context.color, withRun, namesRun, lastLines },
  };
  return (event: RunEvent): string => {
    const newDay = day(event);
    const line = `${eventLine(event, options)}\n`;
    return newDay === null ? line : `${newDay}\n${line}`;
  };
}
