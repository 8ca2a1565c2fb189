/** Records runs, for tests of the state. */
import { fromFileUrl } from "@std/path";
import type { EventDraft, RunEvent } from "../../event/event.ts";
import { thisProcess } from "../../event/identity.ts";
import {
  type Recording,
  type StartOptions,
  startRecording,
} from "../../state/recording/start_recording.ts";
import { decodeBytes } from "../../state/trace/trace_entries.ts";
import { openTrace, scanTrace } from "../../state/trace/trace_scan.ts";
import { planned, START, tokens } from "../events.ts";
import type { Project } from "./projects.ts";

export interface Heard {
  readonly events: RunEvent[];
  readonly warnings: string[];
}

/** Options for a recording that keeps what it tells in `heard`. */
export function startOptions(
  project: Project,
  heard: Heard = { events: [], warnings: [] },
): StartOptions {
  return {
    paths: project.paths,
    owner: thisProcess(null),
    env: {},
    now: () => START,
    index: null,
    listener: (event) => heard.events.push(event),
    warn: (message) => heard.warnings.push(message),
    pipeline: "demo",
    input: "fix bug",
    steps: [planned("a"), planned("b", ["a"])],
    mock: false,
  };
}

export function running(step_id: string, attempt = 1): EventDraft {
  const data = { nonce: `nonce-${step_id}`, workspace: `.wave/workspaces/x/${step_id}` };
  return { step_id, attempt, state: "running", data };
}

export function completed(step_id: string, attempt = 1): EventDraft {
  return { step_id, attempt, state: "completed", data: { tokens: tokens(10, 5) } };
}

export function output(step_id: string, message: string): EventDraft {
  return { step_id, state: "output", message, data: { stream: "stdout" } };
}

/** The events that the trace of a run holds. */
export function traced(project: Project, runId: string): RunEvent[] {
  const events: RunEvent[] = [];
  using file = openTrace(project.paths.trace(runId));
  if (file === null) throw new Error(`there is no trace of ${runId}`);
  scanTrace(file, {}, (line) => {
    const event = decodeBytes(line);
    if (event !== null) events.push(event);
  });
  return events;
}

/** Records a whole run of `lines` output lines and returns its id. */
export async function recordRun(project: Project, lines: number): Promise<string> {
  await using recording: Recording = await startRecording(startOptions(project));
  recording.emit(running("a"));
  for (let n = 0; n < lines; n++) recording.emit(output("a", `line ${n}`));
  recording.emit(completed("a"));
  recording.emit(running("b"));
  recording.emit(completed("b"));
  await recording.end("completed", "");
  return recording.runId;
}

/** A run in another process, see tests/fixtures/hold_run.ts. */
export interface HeldRun extends AsyncDisposable {
  readonly runId: string;
  /** Kills the process with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
  readonly done: Promise<Deno.CommandStatus>;
}

/** Starts a run in another process: one that ends after `lines` of output, or is held until killed. */
export async function holdRun({ root }: Project, lines?: number): Promise<HeldRun> {
  const program = fromFileUrl(new URL("../fixtures/hold_run.ts", import.meta.url));
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...[
        "run",
        "-q",
        "--allow-read",
        "--allow-write",
        "--allow-sys",
        "--allow-env",
        "--allow-run",
        program,
        root,
      ],
      ...(lines === undefined ? [] : [`${lines}`]),
    ],
    stdout: "piped",
  }).spawn();
  const told = await readLines(process.stdout, lines === undefined ? 2 : 1);
  const [runId, child] = told;
  if (runId === undefined) throw new Error("the other process told no run id");
  const kill = async () => {
    if (lines === undefined) process.kill("SIGKILL");
    await process.status;
  };
  return {
    runId,
    kill,
    done: process.status,
    async [Symbol.asyncDispose]() {
      await kill().catch(() => process.status);
      if (child !== undefined) Deno.kill(Number(child), "SIGKILL");
    },
  };
}

/** The first lines of a stream, which is closed then. */
async function readLines(stream: ReadableStream<Uint8Array>, count: number): Promise<string[]> {
  let text = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.split("\n").length > count) break;
  }
  return text.split("\n").slice(0, count);
}
