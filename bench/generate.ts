/** Makes a project with many runs, fast: traces as a recorder would have written them. */
import { encodeEvent } from "../event/codec.ts";
import type { EventDraft, RunEvent } from "../event/event.ts";
import { eventOf } from "../event/make_event.ts";
import { fold, foldArtifacts } from "../state/records/fold.ts";
import { ensurePrivateDirs, type WavePaths } from "../state/records/wave_paths.ts";
import type { ArtifactRecord, RunRecord } from "../state/records/records.ts";
import { snapshotOf } from "../state/records/snapshot.ts";

/** Text is written once this much has gathered. */
const WRITE_UNITS = 64 << 10;
const FIRST = Date.UTC(2026, 0, 1);
const STEPS = ["investigate", "plan", "implement", "report"];
const PIPELINES = ["debug", "deploy", "hello-world", "review", "release"];

/** The events of run `number`, about `count` of them. */
export function runEvents(number: number, count: number): RunEvent[] {
  const pipeline = PIPELINES[number % PIPELINES.length] ?? "debug";
  const runId = `${pipeline}-20260101-${`${number}`.padStart(6, "0")}`;
  const started = FIRST + number * 60_000;
  const events: RunEvent[] = [];
  let record: RunRecord | null = null;
  let artifacts: readonly ArtifactRecord[] = [];
  const tell = (draft: EventDraft) => {
    const event = eventOf(draft, {
      seq: events.length + 1,
      timestamp: new Date(started + events.length * 100).toISOString(),
      run_id: runId,
      pipeline_id: pipeline,
    });
    events.push(event);
    record = fold(record, event);
    artifacts = foldArtifacts(artifacts, event);
  };
  const steps = STEPS.map((id, index) => ({
    id,
    persona: `${id}-persona`,
    dependencies: STEPS.slice(Math.max(0, index - 1), index),
    digest: "d".repeat(64),
  }));
  const owner = { host: "bench", pid: 4711, process_start: "1" };
  tell({
    step_id: null,
    state: "started",
    data: { input: `task ${number}`, input_redacted: false, owner, steps, mock: false },
  });
  const inside = Math.max(1, Math.floor((count - 2) / STEPS.length) - 3);
  for (const id of STEPS) {
    const workspace = `.wave/workspaces/${runId}/${id}`;
    tell({ step_id: id, attempt: 1, state: "running", data: { nonce: "n".repeat(32), workspace } });
    for (let n = 1; n <= inside; n++) {
      const tokens = { input: n * 90, output: n * 10, total: n * 100 };
      tell({
        ...{ step_id: id, attempt: 1, state: "tool", message: `Read file ${n}` },
        ...{ tokens_used: tokens.total, data: { tool: "Read", tokens } },
      });
    }
    const artifact = {
      ...{ name: id, type: "markdown", path: `${workspace}/${id}.md`, size_bytes: 4200 },
      ...{ sha256: "ab".repeat(32), modified_at: new Date(started).toISOString() },
    };
    tell({ step_id: id, attempt: 1, state: "artifact", data: { artifact } });
    const tokens = { input: inside * 90, output: inside * 10, total: inside * 100 };
    const told = { step_id: id, attempt: 1, tokens_used: tokens.total, duration_ms: inside * 100 };
    tell({ ...told, state: "completed", data: { tokens, exit_code: 0 } });
  }
  if (record !== null) {
    const state = number % 10 === 9 ? "failed" : "completed";
    const snapshot = snapshotOf(record, artifacts.length, state);
    tell({
      step_id: null,
      state,
      message: state === "failed" ? "it broke" : "",
      data: { snapshot },
    });
  }
  return events;
}

/** Writes the traces of `runs` runs with about `events` events altogether; returns how many events. */
export function generateTraces(paths: WavePaths, runs: number, events: number): number {
  ensurePrivateDirs(paths);
  let written = 0;
  for (let number = 0; number < runs; number++) {
    const told = runEvents(number, Math.round(events / runs));
    const [first] = told;
    if (first === undefined) continue;
    const lines = told.map((event) => `${encodeEvent(event)}\n`).join("");
    Deno.writeTextFileSync(paths.trace(first.run_id), lines, { mode: 0o600 });
    written += told.length;
  }
  return written;
}

/** Writes the trace of one run with `events` events, most of them output, which has not ended. Returns its path. */
export function writeLongTrace(paths: WavePaths, events: number): string {
  ensurePrivateDirs(paths);
  const [first, second, third] = runEvents(1, 20);
  if (first === undefined || second === undefined || third === undefined) throw new Error("no run");
  const path = paths.trace(first.run_id);
  const encoder = new TextEncoder();
  using file = Deno.openSync(path, { write: true, create: true, truncate: true, mode: 0o600 });
  file.writeSync(encoder.encode(`${encodeEvent(first)}\n${encodeEvent(second)}\n`));
  for (let seq = 3, text = ""; seq <= events; seq++) {
    const message = `line ${seq} of what the agent wrote`;
    const state = seq % 20 === 0 ? "tool" : "output";
    const event = { ...third, seq, state, message, data: { stream: "stdout" } } as RunEvent;
    text += `${encodeEvent(event)}\n`;
    if (text.length < WRITE_UNITS && seq < events) continue;
    file.writeSync(encoder.encode(text));
    text = "";
  }
  return path;
}
