/** Stand-in for the part of @std/cli/parse-args that commands/cli/parse_call.ts uses, over mri. */
import mri from "mri";

export interface ParseOptions {
  boolean?: string[];
  string?: string[];
  alias?: Record<string, string>;
}

export function parseArgs(args: string[], options: ParseOptions): Record<string, unknown> {
  return mri(args, { ...options, alias: { ...options.alias } });
}
