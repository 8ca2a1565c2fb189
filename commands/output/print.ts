/** Puts what a command came to, or the error it ended with, on the streams. */
import { SCHEMA_VERSION } from "../../event/event.ts";
import type { WaveError } from "../../event/errors.ts";
import type { Context, Outcome, Output } from "../cli/command.ts";
import { safeJson, safeText } from "./safe_text.ts";

/** `value` on one line, as every JSON object of this program is printed, with `schema_version`; safe for a terminal. */
export function jsonLine(value: Readonly<Record<string, unknown>>): string {
  return `${safeJson(JSON.stringify({ schema_version: SCHEMA_VERSION, ...value }))}\n`;
}

/** Prints the result of a command in the format it was called with. */
export async function printOutcome(context: Context, outcome: Outcome): Promise<void> {
  if (context.format === "json") {
    if (outcome.json !== undefined) context.stdout.write(jsonLine(outcome.json));
    return;
  }
  const text = await outcome.text?.();
  if (text !== undefined && text !== "") context.stdout.write(text);
  if (outcome.note !== undefined && !context.quiet) context.stderr.write(outcome.note);
}

interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Prints an error: JSON on stdout, text on stderr (contract, section 2). */
export function printError(streams: Streams, format: "text" | "json", error: WaveError): void {
  const { code, message, hint } = error;
  if (format === "json") {
    const body = hint === undefined ? { code, message } : { code, message, hint };
    streams.stdout.write(jsonLine({ error: body }));
    return;
  }
  streams.stderr.write(`error: ${safeText(message)}\n`);
  if (hint !== undefined) streams.stderr.write(`hint: ${safeText(hint)}\n`);
}

/** Prints a warning on stderr. */
export function printWarning(context: Context, text: string): void {
  context.stderr.write(`warning: ${safeText(text)}\n`);
}
