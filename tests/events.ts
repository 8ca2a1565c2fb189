/** Builds events for tests, and whole legal streams of them at random. */
import fc from "fast-check";
import type { EventDraft, PlannedStep, RunEvent, Tokens } from "../event/event.ts";
import { eventOf as stamped } from "../event/make_event.ts";
import { fold, foldArtifacts } from "../state/records/fold.ts";
import type { ArtifactRecord, RunRecord } from "../state/records/records.ts";
import { snapshotOf } from "../state/records/snapshot.ts";

export const OWNER = { host: "here", pid: 4711, process_start: "12345" };
export const START = Date.UTC(2026, 1, 2, 14, 30, 22);

/** The event that a recorder makes of a draft. */
export function eventOf(draft: EventDraft, seq: number, runId = "demo-20260202-143022"): RunEvent {
  return stamped(draft, {
    seq,
    timestamp: new Date(START + seq * 250).toISOString(),
    run_id: runId,
    pipeline_id: "demo",
  });
}

export function planned(id: string, dependencies: string[] = []): PlannedStep {
  return { id, persona: `${id}-persona`, dependencies, digest: `digest-${id}` };
}

export function started(steps: readonly PlannedStep[], input = "fix bug"): EventDraft {
  return {
    step_id: null,
    state: "started",
    data: { input, input_redacted: false, owner: OWNER, steps, mock: false },
  };
}

export function tokens(input: number, output: number): Tokens {
  return { input, output, total: input + output };
}

/** An end that is written down later, of what was interrupted. */
const LATE = { interrupted: true, ended_at: new Date(START + 100).toISOString() };

/** A run while it is made up: its events so far and what they fold to. */
class Story {
  readonly events: RunEvent[] = [];
  record: RunRecord | null = null;
  artifacts: readonly ArtifactRecord[] = [];

  constructor(readonly runId: string) {}

  tell(draft: EventDraft): void {
    const event = eventOf(draft, this.events.length + 1, this.runId);
    this.events.push(event);
    this.record = fold(this.record, event);
    this.artifacts = foldArtifacts(this.artifacts, event);
  }

  end(state: "completed" | "failed" | "cancelled", message: string, late: boolean): void {
    if (this.record === null) throw new Error("a story begins with its start");
    const snapshot = snapshotOf(this.record, this.artifacts.length, state);
    const tokens_used = snapshot.tokens.total;
    const data = { snapshot, ...late ? LATE : {} };
    this.tell({ step_id: null, state, message, tokens_used, data });
  }
}

type Choose = <T>(...choices: readonly T[]) => T;

function tellAttempt(story: Story, choose: Choose, step_id: string, attempt: number): Tokens {
  const nonce = `nonce-${step_id}-${attempt}`;
  const workspace = `.wave/workspaces/${story.runId}/${step_id}`;
  story.tell({ step_id, attempt, state: "running", data: { nonce, workspace } });
  if (choose(true, false)) {
    const process = { pid: 99, process_start: choose(null, "77") };
    story.tell({ step_id, attempt, state: "tool", data: { process } });
  }
  let used: Tokens = tokens(0, 0);
  for (let n = choose(0, 1, 2, 4); n > 0; n--) {
    used = {
      ...tokens(used.input + choose(0, 10, 500), used.output + choose(0, 3, 70)),
      ...choose({}, { at_least: true }),
      // Eighths, which add up exactly.
      ...choose({}, { cost_usd: choose(0, 0.125, 1.5) }, { cost_usd: 0.5, cost_at_least: true }),
    };
    const told = { step_id, attempt, tokens_used: used.total };
    const stream = choose("stdout" as const, "stderr" as const);
    const inner = choose({}, { inner: { ...tokens(choose(0, 9), 1), cost_usd: 0.25 } });
    const use = choose({}, { use: { attempts: choose(1, 2, 7), ...inner } });
    story.tell(choose<EventDraft>(
      { ...told, state: "tool", data: { tool: "Read", tokens: used, ...use } },
      { ...told, state: "tool", data: { tool: "Bash" } },
      { step_id, state: "tool", data: { tool: "gate", choices: [], default: null } },
      { step_id, state: "tool", data: { tool: "gate", choice: "yes", text: null, by: "ann" } },
      {
        step_id,
        attempt,
        state: "output",
        message: choose("text", '"state":"tool"'),
        data: { stream },
      },
      { step_id, state: "warning", message: "careful" },
      { step_id, state: "validating", data: { contract: "schema" } },
    ));
  }
  if (choose(true, false)) {
    const name = choose("report", "patch");
    const artifact = {
      ...{ name, type: choose(null, "markdown"), path: `${workspace}/${name}.md` },
      ...{ size_bytes: choose(0, 4200), sha256: "ab".repeat(32) },
      modified_at: new Date(START).toISOString(),
    };
    story.tell({ step_id, attempt, state: "artifact", data: { artifact } });
  }
  return used;
}

function tellStep(story: Story, choose: Choose, step_id: string, attempt: number): boolean {
  if (choose(0, 0, 0, 1) === 1) {
    story.tell({
      step_id,
      state: "skipped",
      message: "not needed",
      data: { tokens: tokens(0, 0) },
    });
    return true;
  }
  for (;; attempt++) {
    const used = tellAttempt(story, choose, step_id, attempt);
    const state = choose("completed" as const, "completed", "retrying", "failed", "cancelled");
    const told = { step_id, attempt, tokens_used: used.total, message: `${state} it` };
    if (state !== "retrying") {
      const only = choose(null, null, { artifacts: ["patch"] }, { artifacts: [] });
      const data = { tokens: used, exit_code: 0, ...choose(null, null, LATE), ...only };
      story.tell({ ...told, state, duration_ms: 1200, data });
      return state === "completed";
    }
    story.tell({ ...told, state, data: { delay_ms: 100 } });
  }
}

function withData(draft: EventDraft, more: Record<string, unknown>): EventDraft {
  return { ...draft, data: { ...draft.data, ...more } } as EventDraft;
}

function tellRun(choose: Choose, runId: string): Story {
  const story = new Story(runId);
  const ids = ["plan", "investigate", "fix", "report"].slice(0, choose(1, 2, 4));
  const steps = ids.map((id, index) => planned(id, index === 0 ? [] : [ids[index - 1] ?? ""]));
  const options = choose({}, { options: { model: "opus", answers: { gate: "approve" } } });
  const budget = choose({}, { budget: { limits: { usd: 1 }, given: { usd: 1 } } });
  story.tell(withData(started(steps), { ...options, ...budget }));
  for (let resumes = choose(0, 1, 2), rerun = ids;; resumes--) {
    let ok = true;
    for (const id of rerun) {
      const adapter = choose("claude", "codex");
      if (choose(false, false, true)) {
        const until = new Date(START + choose(0, 3_600_000)).toISOString();
        const data = { adapter, until, reason: `${adapter} usage limit` };
        story.tell({ step_id: null, state: "paused", data });
      }
      if (choose(false, false, true)) {
        const data = { hook: "started", from: "pipeline", nonce: "0".repeat(32) };
        story.tell({ step_id: null, state: "hook", data });
      }
      if (choose(false, true)) {
        story.tell({ step_id: null, state: "unpaused", data: { adapter } });
      }
      const attempt = (story.record?.steps.find((step) => step.id === id)?.attempt ?? 0) + 1;
      ok = tellStep(story, choose, id, attempt);
      if (!ok) break;
    }
    // Without an end the run was interrupted; the next resume goes on all the same.
    if (choose(true, true, false)) {
      if (choose(false, false, true)) {
        story.tell({ step_id: null, state: "cancelling", data: { force: false } });
      }
      story.end(
        ok ? "completed" : choose("failed" as const, "cancelled"),
        ok ? "" : "it broke",
        choose(false, !ok),
      );
    }
    if (resumes === 0) return story;
    rerun = ids.slice(choose(0, ids.length - 1));
    const owner = { ...OWNER, pid: OWNER.pid + resumes };
    const given = choose({}, { options: { steps: ["plan"] } }, { mock: true });
    const again = choose({}, { budget: { limits: { usd: 2, tokens: 900 }, raised: { usd: 2 } } });
    const data = { owner, steps, rerun, ...given, ...again };
    story.tell({ step_id: null, state: "running", data });
  }
}

/** A legal stream of events of one run, with retries, resumes, interruptions and artifacts. */
export function anyRun(runId = "demo-20260202-143022"): fc.Arbitrary<readonly RunEvent[]> {
  return fc.infiniteStream(fc.nat()).map((numbers) => {
    const choose: Choose = (...choices) => {
      const { value } = numbers.next();
      return choices[value % choices.length] as (typeof choices)[number];
    };
    return tellRun(choose, runId).events;
  });
}
