/** Which shell runs a script, and how the script gets there. */
import { join } from "@std/path";
import { namesBash } from "../language/template/script_shell.ts";
import type { SpawnOptions } from "../processes/run_process.ts";

/** Linux takes at most 128 KiB for one argument, its end included. */
const MAX_ARGUMENT_BYTES = 127 * 1024;

/**
 * `sh`, which starts fastest, or `bash` for a script that says so. A script that is too long for an
 * argument is handed over as a file below `folder()`, which is asked for only then.
 */
export function shellFor(script: string, folder: () => string): SpawnOptions["what"] {
  const shell = namesBash(script) ? "bash" : "sh";
  if (isTooLong(script)) {
    const file = join(folder(), `script-${crypto.randomUUID()}`);
    Deno.writeTextFileSync(file, script, { createNew: true, mode: 0o600 });
    return { program: shell, args: [file] };
  }
  return shell === "bash" ? { program: "bash", args: ["-c", script] } : { script };
}

function isTooLong(script: string): boolean {
  // A character takes at most three bytes for each of its UTF-16 units.
  return script.length * 3 > MAX_ARGUMENT_BYTES &&
    new TextEncoder().encode(script).length > MAX_ARGUMENT_BYTES;
}
