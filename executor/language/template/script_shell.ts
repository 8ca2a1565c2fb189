/** Which shell a script is written for. */

const BASH_LINE = /^#!\s*\S*\b(?:env\s+)?bash\b/;
const PIPEFAIL = /^[ \t]*set[ \t][^#\n]*\bpipefail\b/m;

/**
 * True for a script that names `bash` in its first line (`#!/bin/bash`) or sets `pipefail`, which not
 * every `sh` knows.
 */
export function namesBash(script: string): boolean {
  return BASH_LINE.test(script.trimStart()) || PIPEFAIL.test(script);
}
