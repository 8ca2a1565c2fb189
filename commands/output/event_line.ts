/**
 * The one text rendering of an event: `logs`, `logs --follow`, `run`, `resume` and `do` print it.
 * Without `Intl`, which makes a start slow.
 */
import type { LastLine, RunEvent, Tokens } from "../../event/event.ts";
import { clockTime, localDay } from "../../event/local_time.ts";
import { shownLines } from "../../event/shown_line.ts";
import { receiptIn, receiptWords } from "../../event/receipt.ts";
import { formatElapsed, spentText } from "./format.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";

export interface EventLineOptions {
  /** Makes text of others safe for a terminal, on one line or several. */
  safe(text: string): string;
  /** Tokens as a person reads them: `950`, `45k`, `1.2M`. */
  tokens(count: number): string;
  /** True to colour a line by its level. */
  color?: boolean;
  /** True when lines of several runs are mixed: each then names its run. */
  withRun?: boolean;
  /** True when the line that starts or resumes a run is to name it. */
  namesRun?: boolean;
  /** True to show what a program wrote last below its failure. */
  lastLines?: boolean;
}

/** Where the text after the state begins, so that further lines of a message stand below it. */
const INDENT = " ".repeat(22);
/** Longest input shown by the line of a run's start; the whole of it is in the JSON. */
const INPUT_WIDTH = 200;

function shortened(text: string): string {
  return text.length <= INPUT_WIDTH ? text : `${text.slice(0, INPUT_WIDTH)}…`;
}

/** What stands between the step and the message, of those states that carry more than a message. */
function details(event: RunEvent, namesRun: boolean): string {
  const run = namesRun ? ` run=${event.run_id}` : "";
  switch (event.state) {
    case "started": {
      const reused = event.data.reused_run === undefined ? "" : ` reused=${event.data.reused_run}`;
      const mock = event.data.mock ? " mock" : "";
      const input = JSON.stringify(shortened(event.data.input));
      return `${run} input=${input} steps=${event.data.steps.length}${mock}${reused}`;
    }
    case "running":
      if (event.step_id !== null) return "";
      return `${run} resumed${
        event.data.rerun.length === 0 ? "" : ` rerun=${event.data.rerun.join(",")}`
      }`;
    case "cancelling":
      return event.data.force && event.message === "" ? " by force" : "";
    case "retrying":
      return ` in ${delay(event.data.delay_ms)}`;
    case "artifact":
      return ` ${event.data.artifact.name}`;
    case "validating":
      return ` ${event.data.contract}`;
    case "contract_passed":
      return ` ${event.data.contract} passed`;
    case "contract_failed":
      return ` ${event.data.contract} failed:`;
    default:
      return "";
  }
}

/** Longer states would break the column; how the contract turned out stands behind its name. */
function label({ state }: RunEvent): string {
  return state === "contract_passed" || state === "contract_failed" ? "contract" : state;
}

/** The message without what stands before it on the line already. */
function messageOf(event: RunEvent): string {
  const whole = event.message.endsWith("\n") ? event.message.slice(0, -1) : event.message;
  const message = event.state === "output" ? shownLines(whole) : whole;
  if (event.state === "tool") return toolMessage(event, message);
  if (
    event.state !== "validating" && event.state !== "contract_passed" &&
    event.state !== "contract_failed"
  ) return message;
  const { contract } = event.data;
  if (message === contract) return "";
  return message.startsWith(`${contract}: `) ? message.slice(contract.length + 2) : message;
}

/** A line each, marked by its stream, behind a newline. */
function lastLines({ data }: RunEvent): string {
  const lines = data !== undefined && "last_lines" in data ? data.last_lines : [];
  if (!Array.isArray(lines)) return "";
  // The type of free details has forgotten what they are.
  return lines.map((line: Partial<LastLine>) => `\n${line.stream ?? ""}| ${line.text ?? ""}`)
    .join("");
}

/** `Write plan.md: ok`, and of a count of tokens nothing. */
function toolMessage({ data }: Extract<RunEvent, { state: "tool" }>, message: string): string {
  if (!("tool" in data) || typeof data.tool !== "string") return message;
  const call = `${data.tool} ${message}`.trimEnd();
  return typeof data.result === "string" ? `${call}: ${data.result}` : call;
}

const COLORS: Readonly<Record<RunEvent["level"], string>> = {
  debug: "\x1b[2m",
  info: "",
  warn: "\x1b[33m",
  error: "\x1b[31m",
};

function colored(event: RunEvent, text: string): string {
  const good = event.state === "completed" || event.state === "contract_passed";
  const code = good ? "\x1b[32m" : COLORS[event.level];
  return code === "" ? text : `${code}${text}\x1b[0m`;
}

/**
 * The line of one event, without a newline at the end:
 * `[14:32:45] completed  investigate (investigator) 143.2s 45k tokens <message>`. Further lines of a
 * message are indented, so that no text of an agent can look like a line of its own.
 */
export function eventLine(event: RunEvent, options: EventLineOptions): string {
  const subject = event.step_id ?? event.pipeline_id;
  let text = options.withRun ? `${event.run_id} ` : "";
  text += `${label(event).padEnd(10)} ${subject}`;
  if (event.persona !== null) text += ` (${event.persona})`;
  if (event.attempt !== null && event.attempt > 1) text += ` attempt ${event.attempt}`;
  text += details(event, options.namesRun === true);
  if (event.duration_ms !== null && event.state !== "output") {
    text += ` ${tookText(event, event.duration_ms)}`;
  }
  text += spentOf(event, options);
  const receipt = event.step_id === null ? null : receiptIn(event);
  if (receipt !== null) text += ` (${receiptWords(receipt)})`;
  const message = messageOf(event);
  if (message !== "") text += ` ${message}`;
  if (options.lastLines === true) text += lastLines(event);
  text = options.safe(text).replaceAll("\n", `\n${INDENT}`);
  const line = `[${clockTime(Date.parse(event.timestamp))}] ${text}`;
  return options.color === true ? colored(event, line) : line;
}

/** ` 45k tokens, $0.12`; the tokens alone of an event that does not tell what they cost. */
function spentOf(event: RunEvent, { tokens }: EventLineOptions): string {
  const told = tokensTold(event);
  const text = told === null ? null : spentText(told);
  if (text !== null) return ` ${text}`;
  return event.tokens_used > 0 ? ` ${tokens(event.tokens_used)} tokens` : "";
}

/** What a run or an attempt used, as the event that ends it tells. */
function tokensTold(event: RunEvent): Tokens | null {
  switch (event.state) {
    case "completed":
    case "failed":
    case "cancelled":
      return event.step_id === null ? tokensOfRun(event.data.snapshot) : event.data.tokens;
    case "retrying":
      return event.data.tokens ?? null;
    default:
      return null;
  }
}

/** How long was worked; of a run that was resumed later also the whole time, `wallMs`. */
function tookText(event: RunEvent, wallMs: number): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)}s`;
  const idleMs = idleOf(event);
  if (idleMs < 1000) return seconds(wallMs);
  return `${seconds(Math.max(0, wallMs - idleMs))} (${seconds(wallMs)} in all)`;
}

/** The milliseconds in which nobody worked on the run that this event ends; 0 for any other event. */
function idleOf(event: RunEvent): number {
  if (event.step_id !== null) return 0;
  switch (event.state) {
    case "completed":
    case "failed":
    case "cancelled":
      return event.data.snapshot.idle_ms ?? 0;
    default:
      return 0;
  }
}

/** Names the day whenever it changes, beginning with the day of `now` (epoch milliseconds). */
export function dayLines(now: number): (event: RunEvent) => string | null {
  let shown = localDay(now);
  return (event) => {
    const day = localDay(Date.parse(event.timestamp));
    if (day === shown) return null;
    shown = day;
    return `--- ${day} ---`;
  };
}

/** `1.5s`; of a minute and more `2m 0s`, because nobody reads thousands of seconds. */
function delay(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)}s` : formatElapsed(ms);
}
