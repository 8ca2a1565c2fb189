/** The search on Linux: one long-lived shell that reads `/proc`, which Deno itself may not. */
import { OperationError } from "../../event/errors.ts";
import { type Finder, NOTHING_FOUND, type Sighting, type Target } from "./process_finder.ts";
import PROGRAM from "./finder.sh" with { type: "text" };
import { checkAnyPid, checkPid } from "./pid.ts";
import { requireTool, toolPath } from "./system_tool.ts";

/** The most targets of one request to the search: its pattern should stay small. */
const BATCH = 200;

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

/** A running search shell and the requests that it has not answered. */
class Shell {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #waiting = new Map<string, Waiting>();
  readonly #reading: Promise<void>;
  #serial = 0;
  #lost: Error | null = null;

  constructor(shell: string) {
    this.#child = new Deno.Command(shell, {
      args: ["-c", PROGRAM, "wave-finder", String(Deno.pid)],
      cwd: "/",
      env: { PATH: toolPath() },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  get isLost(): boolean {
    return this.#lost !== null;
  }

  ask(request: string): Promise<string> {
    if (this.#lost !== null) return Promise.reject(this.#lost);
    const id = String(++this.#serial);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#waiting.set(id, { resolve, reject });
    this.#writer.write(new TextEncoder().encode(`${id} ${request}\n`))
      .catch((cause) => this.#lose(cause));
    return promise;
  }

  async close(): Promise<void> {
    // A shell that is gone has closed its end already.
    await this.#writer.close().catch((cause) => this.#lose(cause));
    await this.#reading;
    await this.#child.status;
  }

  async #read(): Promise<void> {
    let rest = "";
    const lines = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const text of lines) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) this.#answer(line);
    }
    this.#lose(new Error("the search ended"));
  }

  #answer(line: string): void {
    const space = line.indexOf(" ");
    const waiting = this.#waiting.get(line.slice(0, space));
    this.#waiting.delete(line.slice(0, space));
    waiting?.resolve(line.slice(space + 1).trim());
  }

  #lose(cause: unknown): void {
    this.#lost ??= new OperationError(
      "process_search_failed",
      "Cannot look for processes: the search shell ended",
      { cause },
    );
    for (const waiting of this.#waiting.values()) waiting.reject(this.#lost);
    this.#waiting.clear();
  }
}

/**
 * Opens the search. `shell` is a POSIX shell.
 *
 * Its operations throw `process_search_failed` (OperationError) when `/proc` cannot be searched.
 */
export function openProcFinder(shell = requireTool("sh")): Finder {
  let current = new Shell(shell);

  /** Asks again once when the shell was killed from outside. */
  const ask = async (request: string): Promise<string> => {
    if (!current.isLost) {
      try {
        return await current.ask(request);
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
      }
    }
    if (current.isLost) {
      await current.close();
      current = new Shell(shell);
    }
    return await current.ask(request);
  };

  const look = async (signal: string, targets: readonly Target[]): Promise<Sighting> => {
    let seen = NOTHING_FOUND;
    for (let start = 0; start < targets.length; start += BATCH) {
      const batch = targets.slice(start, start + BATCH);
      const marks = batch.map(({ mark }) => `${mark.nonce}:${mark.limit}`).join(" ");
      seen = both(seen, sightingOf(await ask(`look ${signal} ${youngest(batch)} ${marks}`)));
    }
    return seen;
  };

  return {
    exact: true,
    find: (targets) => look("-", targets),
    signal: (signal, targets) => look(signal.slice("SIG".length), targets),
    async processStart(pid) {
      checkAnyPid(pid);
      const answer = await ask(`start ${pid}`);
      return answer === "" ? null : answer;
    },
    weakness: async () => WEAKNESSES[await ask("marks")] ?? null,
    [Symbol.asyncDispose]: () => current.close(),
  };
}

/** By what `finder.sh` says of the marks. */
const WEAKNESSES: Readonly<Record<string, string>> = {
  one:
    "the hard limit on file locks is finite (ulimit -H), which takes away one of the two marks: " +
    "processes that drop their environment and their parent are not found",
  none: "there is no /proc: processes that leave the process group of their step are not found",
};

/** What the search answers to a look; see `finder.sh`. */
function sightingOf(answer: string): Sighting {
  const words = answer.split(" ").filter((word) => word !== "");
  if (words.includes("!")) {
    throw new OperationError("process_search_failed", "Cannot look for processes: grep failed", {
      hint: "grep must be in PATH",
    });
  }
  const numbers = (marked: boolean) =>
    words.filter((word) => /^!?\d+$/.test(word) && word.startsWith("!") === marked)
      .map((word) => Number(word.replace("!", "")));
  return {
    pids: numbers(false),
    refused: numbers(true),
    settled: !words.includes("~"),
    blind: words.includes("?"),
  };
}

function both(one: Sighting, other: Sighting): Sighting {
  const pids = (a: readonly number[], b: readonly number[]) =>
    [...new Set([...a, ...b])].sort((x, y) => x - y);
  return {
    pids: pids(one.pids, other.pids),
    refused: pids(one.refused, other.refused),
    settled: one.settled && other.settled,
    blind: one.blind || other.blind,
  };
}

/** The first pid to look at, and how long ago it started: of one attempt only, or everywhere. */
function youngest(targets: readonly Target[]): string {
  const [first, ...others] = targets;
  if (first?.since === undefined || others.length > 0) return "- 0";
  const age = Math.ceil(performance.now() - first.since.startedAt);
  return `${checkPid(first.since.pid)} ${age}`;
}
