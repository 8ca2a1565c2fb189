/** Which shell runs a script. */
import type { SpawnOptions } from "../processes/run_process.ts";

const BASH_LINE = /^#!\s*\S*\b(?:env\s+)?bash\b/;
const PIPEFAIL = /^[ \t]*set[ \t][^#\n]*\bpipefail\b/m;

/**
 * `sh`, which starts fastest; `bash` for a script that names it in its first line (`#!/bin/bash`) or
 * sets `pipefail`, which not every `sh` knows.
 */
export function shellFor(script: string): SpawnOptions["what"] {
  return BASH_LINE.test(script.trimStart()) || PIPEFAIL.test(script)
    ? { program: "bash", args: ["-c", script] }
    : { script };
}
