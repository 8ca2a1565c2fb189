/** Which arguments of a program are code, or name some. */
import { LANGUAGES } from "./language_programs.ts";
import type { ProgramRow } from "./program_row.ts";
import { SHELLS } from "./shell_programs.ts";
import { TOOLS } from "./tool_programs.ts";
import { WRAPPERS } from "./wrapper_programs.ts";

const PROGRAMS: ReadonlyMap<string, ProgramRow> = new Map(
  [...SHELLS, ...WRAPPERS, ...LANGUAGES, ...TOOLS]
    .flatMap((row) => row.names.split(", ").map((name) => [name, row])),
);

/** The row of a program, or of a subcommand with its program before it; undefined when unknown. */
export function rowOf(name: string): ProgramRow | undefined {
  return PROGRAMS.get(name);
}

/** Programs with options `-c` and `-e` of which nothing is code. */
export const HARMLESS: ReadonlySet<string> = new Set(
  ("echo grep egrep fgrep zgrep wc head tail cut tr uniq comm cat ls cksum cmp diff ping ulimit " +
    "md5sum sha256sum sha1sum shasum base64 od xxd hexdump stat touch test [ set pgrep nl fold tee " +
    "file date gzip bzip2 xz pr paste join column logger cp mv rm mkdir ln cd which type").split(
      " ",
    ),
);
