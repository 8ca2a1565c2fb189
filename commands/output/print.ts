/** Puts what a command came to, or the error it ended with, on the streams. */
import { SCHEMA_VERSION } from "../../event/event.ts";
import type { WaveError } from "../../event/errors.ts";
import type { Context, Outcome, Output } from "../cli/command.ts";
import { safeJson, safeText } from "./safe_text.ts";

/** `value` on one line, as every JSON object of this program is printed, with `schema_version`; safe for a terminal. */
export function jsonLine(value: Readonly<Record<string, unknown>>): string {
  return `${safeJson(JSON.stringify({ schema_version: SCHEMA_VERSION, ...value }))}\n`;
}

/** Longer text is written so that a signal still ends the program while nobody reads it. */
const LONG = 32 * 1024;

async function print(stdout: Output, text: string): Promise<void> {
  if (text.length > LONG) await stdout.send(text);
  else if (text !== "") stdout.write(text);
}

/** Prints the result of a command in the format it was called with. */
export async function printOutcome(context: Context, outcome: Outcome): Promise<void> {
  if (context.format === "json") {
    if (outcome.json !== undefined) await print(context.stdout, jsonLine(outcome.json));
    return;
  }
  await print(context.stdout, await outcome.text?.() ?? "");
  if (outcome.note !== undefined && !context.quiet) context.stderr.write(outcome.note);
}

interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Prints an error: JSON on stdout, text on stderr (contract, section 2). */
export function printError(streams: Streams, format: "text" | "json", error: WaveError): void {
  const { code, message, hint } = error;
  // Where the results cannot be written, the error cannot either.
  if (format === "json" && code !== "output_failed") {
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
