/** The command line by which this very program was started, to start it once more. */

/** The words of a process's command line as Linux tells them, or null elsewhere. */
async function recordedWords(pid: number): Promise<string[] | null> {
  if (Deno.build.os !== "linux") return null;
  // Deno itself may not read below /proc; a program that it starts may.
  const { success, stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/cmdline`],
    stderr: "null",
  }).output();
  if (!success) return null;
  const words = new TextDecoder().decode(stdout).split("\0");
  words.pop();
  return words;
}

/** Where the system tells no exact words: the permissions of the project's tasks, and its import map. */
function assumedWords(): string[] {
  if (Deno.build.standalone) return [Deno.execPath()];
  const permissions = ["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);
  const main = new URL(Deno.mainModule);
  if (!main.pathname.endsWith(".ts")) {
    return [Deno.execPath(), "run", "--no-config", ...permissions, main.pathname];
  }
  // The flavour that is in use tells itself by what a name stands for.
  const map = import.meta.resolve("@std/path").startsWith("node:")
    ? [`--import-map=${new URL("npm/deno.json", main).pathname}`]
    : [];
  const config = `--config=${new URL("deno.json", main).pathname}`;
  return [Deno.execPath(), "run", config, ...map, ...permissions, main.pathname];
}

/** Program and first arguments that start wave as it runs now; a call's own arguments go after them. */
export async function ownProgram(): Promise<readonly string[]> {
  const words = await recordedWords(Deno.pid);
  const [program] = words ?? [];
  if (words === null || program === undefined) return assumedWords();
  const own = words.slice(1, words.length - Deno.args.length);
  return [Deno.execPath(), ...own];
}
