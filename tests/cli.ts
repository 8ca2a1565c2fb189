/** Builds a temporary project and runs the real program in it, as a user would. */
import { ensureDir } from "@std/fs";
import { deepStrictEqual } from "node:assert/strict";
import { callProgram } from "./program.ts";
import { isTestedByName, launcherCommand, programCommand } from "./start_program.ts";

export { programCommand };

/** A forced end takes up to 5 s of grace. */
const ENDS_WITHIN_MS = 10_000;

export interface Result {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Stdout as the one JSON object that it holds. */
  json(): Record<string, unknown>;
  /** Stdout as a JSON object a line. */
  jsonLines(): Record<string, unknown>[];
}

export interface RunOptions {
  /** Folder to run in; the project's root unless told. */
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string | Uint8Array;
  /** A module that the runtime loads before the program, to inject faults: an absolute path. */
  preload?: string;
  /** Words that start another program of this repository instead. */
  program?: readonly string[];
}

function parseLine(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`Expected a JSON object, got ${line.slice(0, 200)}`);
  }
  return { ...value };
}

function result(code: number, signal: Deno.Signal | null, stdout: string, stderr: string): Result {
  return {
    code,
    signal,
    stdout,
    stderr,
    json() {
      const lines = stdout.trimEnd().split("\n");
      deepStrictEqual(lines.length, 1, `expected one JSON line, got:\n${stdout}\n${stderr}`);
      return parseLine(lines[0] ?? "");
    },
    jsonLines() {
      return stdout.split("\n").filter((line) => line !== "").map(parseLine);
    },
  };
}

/** Only what a program needs to run: nothing of the caller's colours, wave or locale. */
function environment(extra: Record<string, string>): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR", "DENO_DIR", "JSR_URL"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), TZ: "UTC", LANG: "C.UTF-8", ...extra };
}

/** A stream of text, kept and searched by line. */
class Lines {
  text = "";
  #waiting: (() => void)[] = [];
  readonly done: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.done = this.#read(stream);
  }
  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.text += decoder.decode(chunk, { stream: true });
      this.#wake();
    }
    this.#wake();
  }
  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
  /** Waits for so many whole lines, or the end. */
  async count(lines: number, matches: (line: string) => boolean): Promise<void> {
    let ended = false;
    const end = this.done.then(() => {
      ended = true;
    });
    const found = () => this.text.split("\n").slice(0, -1).filter(matches).length;
    while (!ended && found() < lines) {
      await Promise.race([end, new Promise<void>((resolve) => this.#waiting.push(resolve))]);
    }
  }
  /** The first whole line that `matches` accepts. */
  async find(matches: (line: string) => boolean): Promise<string> {
    let ended = false;
    const end = this.done.then(() => {
      ended = true;
    });
    while (true) {
      const found = this.text.split("\n").slice(0, ended ? undefined : -1).find(matches);
      if (found !== undefined) return found;
      if (ended) throw new Error(`The program ended without the line; it printed:\n${this.text}`);
      await Promise.race([end, new Promise<void>((resolve) => this.#waiting.push(resolve))]);
    }
  }
}

/** A program that is still running. Disposing kills it. */
export class Running implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #stdout: Lines;
  readonly #stderr: Lines;
  #ended = false;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.pid = child.pid;
    this.#stdout = new Lines(child.stdout);
    this.#stderr = new Lines(child.stderr);
  }
  /** Stdout so far. */
  get stdout(): string {
    return this.#stdout.text;
  }
  get stderr(): string {
    return this.#stderr.text;
  }
  /** Waits for a line of stdout (or stderr) that matches, and returns it. */
  waitForLine(
    pattern: RegExp | string,
    stream: "stdout" | "stderr" = "stdout",
  ): Promise<string> {
    const lines = stream === "stdout" ? this.#stdout : this.#stderr;
    return lines.find((line) =>
      typeof pattern === "string" ? line.includes(pattern) : pattern.test(line)
    );
  }
  /** Waits until stdout has so many lines that match, or has ended. */
  waitForCount(lines: number, matches: (line: string) => boolean = () => true): Promise<void> {
    return this.#stdout.count(lines, matches);
  }
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }
  /** Waits for its end. */
  async result(): Promise<Result> {
    const status = await this.#child.status;
    this.#ended = true;
    await Promise.all([this.#stdout.done, this.#stderr.done]);
    return result(status.code, status.signal, this.stdout, this.stderr);
  }
  /** Ends the program if it still runs: by SIGTERM, so that a run ends its own processes, too. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal("SIGCONT");
    this.#signal("SIGTERM");
    const overdue = setTimeout(() => this.#signal("SIGKILL"), ENDS_WITHIN_MS);
    try {
      await this.result();
    } finally {
      clearTimeout(overdue);
    }
  }

  #signal(signal: Deno.Signal): void {
    if (this.#ended) return;
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It ended in this moment.
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

/** Ends what the steps of a project left, and whoever works in its folder, such as a detached run. */
async function endProcessesOf(root: string): Promise<void> {
  if (Deno.build.os !== "linux") return;
  const search = `
    found=$(grep -lzxF "WAVE_PROJECT=$1" /proc/[0-9]*/environ | cut -d/ -f3)
    there=$(ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -e " -> $1$" -e " -> $1/" | grep -o "/proc/[0-9]*" | cut -d/ -f3)
    kill -9 $found $there`;
  // It fails where there is nothing to end, which is the usual case.
  await new Deno.Command("sh", { args: ["-c", search, "sh", root], cwd: "/", stderr: "null" })
    .output();
}

/** A folder with a project in it, removed in the end. */
export class Project implements AsyncDisposable {
  readonly root: string;
  /** `wave` calls the program within this process, where nothing asks for one of its own. */
  readonly #inProcess: boolean;
  /** Some program was started, which may have left others. */
  #started = false;

  constructor(root: string, inProcess = false) {
    this.root = root;
    this.#inProcess = inProcess;
  }
  /** Starts the program. */
  spawn(args: readonly string[], options: RunOptions = {}): Running {
    this.#started = true;
    return new Running(this.#command(args, options, "null").spawn());
  }
  /** Runs the program to its end. */
  async wave(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    if (this.#inProcess && Object.keys(options).length === 0 && !isTestedByName()) {
      const { code, stdout, stderr } = await callProgram(args, { cwd: this.root });
      return result(code, null, stdout, stderr);
    }
    this.#started = true;
    const { stdin } = options;
    const child = this.#command(args, options, stdin === undefined ? "null" : "piped").spawn();
    if (stdin !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin);
      await writer.close();
    }
    const output = await child.output();
    const decoder = new TextDecoder();
    return result(
      output.code,
      output.signal,
      decoder.decode(output.stdout),
      decoder.decode(output.stderr),
    );
  }
  /** Runs a script with sh, in which `wave` is the program. */
  async shell(script: string, options: RunOptions = {}): Promise<Result> {
    this.#started = true;
    const call = launcherCommand().map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const output = await new Deno.Command("bash", {
      args: ["-c", `wave() { ${call} "$@"; }\nexport -f wave\n${script}`],
      cwd: options.cwd ?? this.root,
      env: environment(options.env ?? {}),
      clearEnv: true,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return result(
      output.code,
      output.signal,
      decoder.decode(output.stdout),
      decoder.decode(output.stderr),
    );
  }
  /** Writes a file below the root, with the folders above it. */
  async write(path: string, text: string): Promise<void> {
    const full = `${this.root}/${path}`;
    await ensureDir(full.slice(0, full.lastIndexOf("/")));
    await Deno.writeTextFile(full, text);
  }
  #command(
    args: readonly string[],
    options: RunOptions,
    stdin: "null" | "piped",
  ): Deno.Command {
    const [program = "", ...rest] = options.program ?? programCommand(options.preload);
    return new Deno.Command(program, {
      args: [...rest, ...args],
      cwd: options.cwd ?? this.root,
      env: environment(options.env ?? {}),
      clearEnv: true,
      stdin,
      stdout: "piped",
      stderr: "piped",
    });
  }
  /** Removes the folder, and first ends what a killed run left: a test leaves no process behind. */
  /** Who works in its folder is ended before it is removed, also what this object has not started. */
  expectProcesses(): void {
    this.#started = true;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#started) await endProcessesOf(this.root);
    await Deno.remove(this.root, { recursive: true });
  }
}

/**
 * A new project with these files (paths below its root); with `wave.yaml` unless `bare`. `inProcess` is for
 * tests in which it is no matter how the program is started: several times as fast. Use with `await using`.
 */
export async function project(
  files: Record<string, string> = {},
  options: { bare?: boolean; inProcess?: boolean } = {},
): Promise<Project> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "wave-test-" }));
  const made = new Project(root, options.inProcess);
  if (options.bare !== true) await made.write("wave.yaml", "metadata: { name: test }\n");
  for (const [path, text] of Object.entries(files)) await made.write(path, text);
  return made;
}

/** As {@link project}, with `inProcess`. */
export function projectInProcess(
  files: Record<string, string> = {},
  options: { bare?: boolean } = {},
): Promise<Project> {
  return project(files, { ...options, inProcess: true });
}
