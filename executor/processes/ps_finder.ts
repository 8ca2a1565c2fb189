/**
 * The search where there is no `/proc` (macOS): group, ancestry and recorded start, as `ps` tells them.
 * Best effort: a process that left the group and lost its parent is not found.
 */
import { OperationError } from "../../event/errors.ts";
import { type Finder, NOTHING_FOUND, type Target } from "./process_finder.ts";
import { checkAnyPid, checkPid } from "./pid.ts";
import { requireTool } from "./system_tool.ts";

/** One line of `ps`. */
export interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly zombie: boolean;
  /** When it started, as `ps` words it. */
  readonly start: string;
}

/** Opens the search. `list` is replaced in tests only. */
export function openPsFinder(list: () => Promise<readonly ProcessLine[]> = listProcesses): Finder {
  const find = async (targets: readonly Target[]): Promise<readonly number[]> => {
    const lines = await list();
    const pids = new Set(targets.flatMap((target) => membersOf(target, lines)));
    return [...pids].sort((a, b) => a - b);
  };
  return {
    exact: false,
    find: async (targets) => ({ ...NOTHING_FOUND, pids: await find(targets) }),
    async signal(signal, targets) {
      const pids: number[] = [];
      for (const pid of await find(targets)) {
        if (kill(pid, signal)) pids.push(pid);
        // A stopped process handles SIGTERM only when it is continued.
        if (signal === "SIGTERM") kill(pid, "SIGCONT");
      }
      return { ...NOTHING_FOUND, pids };
    },
    weakness: () => Promise.resolve(null),
    async processStart(pid) {
      checkAnyPid(pid);
      return (await list()).find((line) => line.pid === pid)?.start ?? null;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Pids of `target`: its group, and the descendants of those. */
function membersOf(target: Target, lines: readonly ProcessLine[]): readonly number[] {
  const leader = target.process;
  if (leader === undefined || leader === null) return [];
  checkPid(leader.pid);
  const found = lines.find((line) => line.pid === leader.pid);
  // The pid is somebody else's by now. While a group lives, the system gives its number to nobody.
  if (found !== undefined && found.start !== leader.processStart) return [];
  const members = new Set(
    lines.filter((line) => line.group === leader.pid || line.pid === leader.pid)
      .map((line) => line.pid),
  );
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const line of lines) if (members.has(line.parent)) members.add(line.pid);
  }
  return lines
    .filter((line) =>
      members.has(line.pid) && !line.zombie && line.pid > 1 && line.pid !== Deno.pid
    )
    .map((line) => line.pid);
}

async function listProcesses(): Promise<readonly ProcessLine[]> {
  const { success, stdout } = await new Deno.Command(requireTool("ps"), {
    args: ["-A", "-o", "pid=", "-o", "ppid=", "-o", "pgid=", "-o", "state=", "-o", "lstart="],
    env: { LC_ALL: "C", TZ: "UTC" },
    stdin: "null",
    stderr: "null",
  }).output();
  if (!success) {
    throw new OperationError("process_search_failed", "Cannot look for processes: ps failed");
  }
  return parseProcesses(new TextDecoder().decode(stdout));
}

/** Reads the output of `ps -o pid= -o ppid= -o pgid= -o state= -o lstart=`. */
function parseProcesses(text: string): readonly ProcessLine[] {
  return text.split("\n").flatMap((line) => {
    const [pid, parent, group, state, ...start] = line.trim().split(/\s+/);
    if (start.length === 0) return [];
    return [{
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      zombie: state?.startsWith("Z") ?? false,
      start: start.join(" "),
    }];
  });
}

/** False when the process was gone already. */
function kill(pid: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    // The error of macOS for a process that is just ending, or that changed its user: neither can be signalled.
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw new Error(`Cannot send ${signal} to process ${pid}`, { cause: error });
  }
}
