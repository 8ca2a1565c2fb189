/** The options that every command takes (contract, section 2). */
import type { Options } from "./command.ts";

export const GLOBAL_OPTIONS = {
  format: {
    kind: "choice",
    choices: ["table", "text", "json"],
    summary: "Output format; table and text are the same",
  },
  color: {
    kind: "choice",
    choices: ["auto", "always", "never"],
    summary: "When to use colour",
  },
  quiet: { kind: "flag", short: "q", summary: "Print ids only, without hints" },
  verbose: {
    kind: "flag",
    short: "v",
    summary: "Show more details",
  },
} as const satisfies Options;

/** The values of the global options, as a command was called with them. */
export interface Globals {
  readonly format: "text" | "json";
  readonly color: "auto" | "always" | "never";
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/**
 * The output format that `argv` asks for, told without parsing: an error about wrong arguments has to
 * be printed in the right format too.
 */
export function formatOf(argv: readonly string[]): "text" | "json" {
  const end = argv.indexOf("--");
  const options = end === -1 ? argv : argv.slice(0, end);
  const json = options.some((token, index) =>
    token === "--format=json" || (token === "--format" && options[index + 1] === "json")
  );
  return json ? "json" : "text";
}
