/** The command line by which this very program was started, to start it once more. */
import { fromFileUrl } from "@std/path";
import { findTool } from "../../executor/processes/system_tool.ts";
import { flavourFlags } from "../cli/version.ts";

/** The words of a process's command line as Linux tells them, or null elsewhere. */
async function recordedWords(pid: number): Promise<string[] | null> {
  if (Deno.build.os !== "linux") return null;
  // Deno itself may not read below /proc; a program that it starts may.
  const cat = findTool("cat");
  if (cat === null) return null;
  const { success, stdout } = await new Deno.Command(cat, {
    args: [`/proc/${pid}/cmdline`],
    stderr: "null",
  }).output();
  if (!success) return null;
  const words = new TextDecoder().decode(stdout).split("\0");
  words.pop();
  return words;
}

/**
 * The words that start the program whose main module is at this URL, where the system tells no exact ones:
 * with the permissions of the project's tasks and, from the sources, on the packages in use.
 */
export function assumedWords(mainModule: string): string[] {
  const permissions = ["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);
  const main = fromFileUrl(new URL(mainModule));
  if (!main.endsWith(".ts")) {
    return [Deno.execPath(), "run", "--no-config", ...permissions, main];
  }
  const root = fromFileUrl(new URL("./", mainModule));
  const sources = [`--config=${root}deno.json`, ...flavourFlags(root)];
  return [Deno.execPath(), "run", ...sources, ...permissions, main];
}

/** Program and first arguments that start wave as it runs now; a call's own arguments go after them. */
export async function ownProgram(): Promise<readonly string[]> {
  const words = await recordedWords(Deno.pid);
  const [program] = words ?? [];
  if (words === null || program === undefined) {
    return Deno.build.standalone ? [Deno.execPath()] : assumedWords(Deno.mainModule);
  }
  const own = words.slice(1, words.length - Deno.args.length);
  return [Deno.execPath(), ...own];
}
