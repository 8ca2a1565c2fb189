/** The search on Linux: one long-lived shell that reads `/proc`, which Deno itself may not. */
import { OperationError } from "../../event/errors.ts";
import { type Finder, NOTHING_FOUND, type Sighting, type Target } from "./process_finder.ts";
import { StartedLeaders } from "./started_leaders.ts";
import PROGRAM from "./finder.sh" with { type: "text" };
import { checkAnyPid, checkPid } from "./pid.ts";
import { requireTool, toolPath } from "./system_tool.ts";

/** The most targets of one request to the search: its pattern should stay small. */
const BATCH = 200;

/** So often a look is taken up again where new processes vanish meanwhile. */
const ROUNDS = 5;

/** So long after its beginning, in milliseconds, a look is not taken up again. */
const PATIENCE_MS = 3000;

/** Where the next request is to go on; see `finder.sh`. */
const NEXT = /(?:^| )\^(\d+)$/;

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
 * Opens the search. `shell` is a POSIX shell; `now` is replaced in tests only.
 *
 * Its operations throw `process_search_failed` (OperationError) when `/proc` cannot be searched.
 */
export function openProcFinder(
  shell = requireTool("sh"),
  now: () => number = () => performance.now(),
): Finder {
  let current = new Shell(shell);
  const leaders = new StartedLeaders();

  let turn: Promise<unknown> = Promise.resolve();

  /** One request at a time, made when its turn comes: what it tells of time and of leaders is true then. */
  const ask = (makeRequest: () => string): Promise<string> => {
    const answer = turn.then(() => askShell(makeRequest()));
    // Whoever asked gets the error; the next request is made all the same.
    turn = answer.catch(() => null);
    return answer;
  };

  /** Asks again once when the shell was killed from outside. */
  const askShell = async (request: string): Promise<string> => {
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
      seen = both(seen, await lookAt(signal, targets.slice(start, start + BATCH)));
    }
    return seen;
  };

  const lookAt = async (signal: string, batch: readonly Target[]): Promise<Sighting> => {
    const marks = batch.map(({ mark }) => `${mark.nonce}:${mark.limit}`).join(" ");
    let window = youngest(batch);
    const began = now();
    for (let round = 1; round <= ROUNDS && now() - began < PATIENCE_MS; round++) {
      let askedAt = 0;
      const range = window;
      const answer = await ask(() => {
        askedAt = now();
        return `look ${signal} ${rangeOf(range, leaders, askedAt)} ${marks}`;
      });
      const from = NEXT.exec(answer)?.[1];
      if (window === null || from === undefined) return sightingOf(answer);
      // The newest pid was below `from` at some time after the request was made.
      window = { ...window, from: Number(from), since: askedAt };
    }
    return { ...NOTHING_FOUND, settled: false };
  };

  return {
    exact: true,
    find: (targets) => look("-", targets),
    signal: (signal, targets) => look(signal.slice("SIG".length), targets),
    started: (pid) => leaders.add(checkPid(pid), now()),
    async processStart(pid) {
      checkAnyPid(pid);
      const answer = await ask(() => `start ${pid}`);
      return answer === "" ? null : answer;
    },
    weakness: async () => WEAKNESSES[await ask(() => "marks")] ?? null,
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

/** Where a look begins: nothing that it is for was started before `since`, or has a pid before `from`. */
interface Window {
  readonly leader: number;
  readonly from: number;
  /** By `performance.now()`. */
  readonly since: number;
}

/** The window of one attempt; null for several, or for an attempt of another process. */
function youngest(targets: readonly Target[]): Window | null {
  const [first, ...others] = targets;
  if (first?.since === undefined || others.length > 0) return null;
  const pid = checkPid(first.since.pid);
  return { leader: pid, from: pid, since: first.since.startedAt };
}

/** The window as `finder.sh` reads it. */
function rangeOf(window: Window | null, leaders: StartedLeaders, now: number): string {
  if (window === null) return "- - 0 -";
  const { leader, from, since } = window;
  const others = leaders.since(since).filter((pid) => pid !== leader && pid >= from);
  return `${leader} ${from} ${Math.ceil(now - since)} ,${others.map((pid) => `${pid},`).join("")}`;
}
