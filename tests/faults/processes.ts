/** Finds the processes of a project without the product's own search. */

/**
 * Living processes that have `WAVE_PROJECT=<root>` in their environment or `mark` in their command line,
 * as `ps` shows them.
 */
export async function processesOf(root: string, mark: string): Promise<string[]> {
  const inherited = await withEnvironment(`WAVE_PROJECT=${root}`);
  const { stdout } = await new Deno.Command("ps", {
    args: ["-eo", "pid=,stat=,args="],
  }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => {
    const [, pid = "", state = ""] = /^ *(\d+) +(\S+)/.exec(line) ?? [];
    if (pid === "" || state.startsWith("Z")) return false;
    return inherited.has(pid) || line.includes(mark);
  });
}

/** Pids whose environment has this entry. Deno itself may not read there. */
async function withEnvironment(entry: string): Promise<ReadonlySet<string>> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", 'cd /proc && grep -lszFx -e "$0" [0-9]*/environ', entry],
  }).output();
  const names = new TextDecoder().decode(stdout).split("\n");
  return new Set(names.map((name) => name.split("/")[0] ?? ""));
}
