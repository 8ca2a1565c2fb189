/** Writes traces of made-up runs into a project, as if they had happened. */
import { encodeEvent } from "../event/codec.ts";
import type { EventDraft, Owner, RunEvent, StepStatus } from "../event/event.ts";
import { eventOf } from "../event/make_event.ts";
import { fold } from "../state/records/fold.ts";
import { acquireOwner, type OwnerLock } from "../state/live/owner_lock.ts";
import { ensurePrivateDirs, wavePaths } from "../state/records/wave_paths.ts";
import type { RunRecord } from "../state/records/records.ts";
import { snapshotOf } from "../state/records/snapshot.ts";

export interface SeededStep {
  readonly id: string;
  readonly status?: Exclude<StepStatus, "retrying">;
  readonly persona?: string | null;
  /** Input and output tokens. */
  readonly tokens?: readonly [number, number];
  readonly error?: string;
  readonly dependencies?: readonly string[];
}

export interface SeededRun {
  readonly id: string;
  /** `demo` unless told. */
  readonly pipeline?: string;
  /** `completed` unless told. `running` has no end: without an owner it is an interrupted run. */
  readonly status?: "running" | "completed" | "failed" | "cancelled";
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** How long it took, or has been going on, in milliseconds. */
  readonly tookMs?: number;
  readonly input?: string;
  readonly error?: string;
  readonly steps?: readonly SeededStep[];
  /** Where its process is; here unless told. */
  readonly host?: string;
  /** What the system said of the start of its process; unknown unless told. */
  readonly processStart?: string;
}

/** The mark of processes that never were. */
const NONCE = "5eed".repeat(8);

const HERE: Owner = { host: Deno.hostname(), pid: 2 ** 22 + 1, process_start: null };

/** The events of a made-up run. Its steps follow each other. */
export function eventsOf(run: SeededRun): RunEvent[] {
  const { id, pipeline = "demo", status = "completed", startedAt, tookMs = 1000 } = run;
  const steps = run.steps ?? [{ id: "one" }];
  const events: RunEvent[] = [];
  let record: RunRecord | null = null;
  const tell = (draft: EventDraft, at: number) => {
    const event = eventOf(draft, {
      seq: events.length + 1,
      timestamp: new Date(at).toISOString(),
      run_id: id,
      pipeline_id: pipeline,
    });
    events.push(event);
    record = fold(record, event);
  };
  tell({
    step_id: null,
    state: "started",
    data: {
      input: run.input ?? "",
      input_redacted: false,
      owner: {
        ...HERE,
        host: run.host ?? HERE.host,
        process_start: run.processStart ?? HERE.process_start,
      },
      steps: steps.map(({ id, persona = null, dependencies = [] }) => ({
        id,
        persona,
        dependencies,
        digest: null,
      })),
      mock: false,
    },
  }, startedAt);
  const end = startedAt + tookMs;
  for (const { id: step_id, status: ended = "completed", persona = null, ...step } of steps) {
    if (ended === "pending") continue;
    const [input, output] = step.tokens ?? [0, 0];
    const tokens = { input, output, total: input + output };
    const workspace = `.wave/workspaces/${id}/${step_id}`;
    const attempt = ended === "skipped" ? null : 1;
    const told = { step_id, persona, attempt, tokens_used: tokens.total };
    if (ended !== "skipped") {
      tell(
        { ...told, state: "running", data: { nonce: NONCE, workspace } },
        startedAt,
      );
    }
    if (ended === "running") {
      if (tokens.total > 0) tell({ ...told, state: "tool", data: { tokens } }, startedAt);
      continue;
    }
    const message = step.error ?? "";
    tell(
      { ...told, state: ended, message, duration_ms: Math.max(0, tookMs), data: { tokens } },
      end,
    );
  }
  if (status === "running" || record === null) return events;
  const snapshot = snapshotOf(record, 0, status);
  const message = run.error ?? "";
  tell({
    step_id: null,
    state: status,
    message,
    tokens_used: snapshot.tokens.total,
    duration_ms: Math.max(0, tookMs),
    data: { snapshot },
  }, end);
  return events;
}

/** Writes the traces of these runs into the project at `root`. */
export async function seedRuns(root: string, runs: readonly SeededRun[]): Promise<void> {
  const paths = wavePaths(root);
  ensurePrivateDirs(paths);
  for (const run of runs) {
    const lines = eventsOf(run).map((event) => `${encodeEvent(event)}\n`).join("");
    await Deno.writeTextFile(paths.trace(run.id), lines, { mode: 0o600 });
  }
}

/**
 * Holds the owner lock of a run in this process, so that the run is alive until disposed: to readers of the
 * machine's clock, or to those whose clock stands at `now`.
 */
export async function holdOwner(root: string, runId: string, now?: number): Promise<OwnerLock> {
  const paths = wavePaths(root);
  const options = now === undefined ? {} : { heartbeatMs: 2 ** 31 - 1 };
  const lock = await acquireOwner(paths, runId, HERE, options);
  if (lock === null) throw new Error(`Somebody else owns ${runId}`);
  if (now !== undefined) await Deno.utime(paths.owner(runId), now / 1000, now / 1000);
  return lock;
}

/** Appends the run's events of these indices to its trace. */
export async function appendEvents(
  root: string,
  run: SeededRun,
  from: number,
  to?: number,
): Promise<void> {
  const lines = eventsOf(run).slice(from, to).map((event) => `${encodeEvent(event)}\n`).join("");
  await Deno.writeTextFile(wavePaths(root).trace(run.id), lines, { append: true, mode: 0o600 });
}
