/** When the run, its steps and their attempts were worked on, and how each ended: the events in order. */
import { endsRun, type RunEvent, type StepEnded, type ToolCalled } from "../../event/event.ts";

type StepEvent = Extract<RunEvent, { readonly step_id: string }>;

/** How something ended; `interrupted` when its process was gone before it could say so. */
export type EndState = StepEnded["state"] | "retrying" | "interrupted";

interface Period {
  start: number;
  end: number;
}

export interface AttemptPeriod extends Period {
  /** As it is recorded. */
  readonly attempt: number;
  /** How often the same number was given before. */
  readonly repeated: number;
  readonly persona: string | null;
  readonly model: string | undefined;
  ended: EndState | null;
  message: string;
  /** Its last event, which tells what it used. */
  endEvent: RunEvent | null;
  /** The newest event that told what it used before that. */
  useEvent: ToolCalled | null;
  readonly tools: ToolCalled[];
  readonly notes: RunEvent[];
}

export interface StepPeriod extends Period {
  readonly id: string;
  readonly persona: string | null;
  ended: EndState | null;
  message: string;
  exitCode: number | null;
  readonly attempts: AttemptPeriod[];
  /** What happened to it while no attempt of it ran. */
  readonly notes: RunEvent[];
}

export interface RunPeriod extends Period {
  ended: EndState | null;
  message: string;
  readonly notes: RunEvent[];
  readonly steps: Map<string, StepPeriod>;
  /** Ids of the runs that its steps ran. */
  readonly inner: Set<string>;
}

/** When it happened: of an end that was written down later, when that was. */
export function timeOf(event: RunEvent): number {
  const { data } = event;
  const endedAt: unknown = data !== undefined && "ended_at" in data ? data.ended_at : undefined;
  return Date.parse(typeof endedAt === "string" ? endedAt : event.timestamp);
}

/** True of a tool that an agent called, and that is done. */
function isAgentTool(event: RunEvent): event is ToolCalled {
  return event.state === "tool" && "result" in event.data &&
    typeof event.data.result === "string" && typeof event.data.tool === "string";
}

/** True of what says nothing but how much was used so far. */
function isCount(event: RunEvent): event is ToolCalled {
  return event.state === "tool" && "tokens" in event.data && event.data.tokens !== undefined;
}

class Periods {
  readonly run: RunPeriod;
  /** Of the last event that was taken. */
  #last: number;

  constructor(start: number) {
    this.run = {
      ...{ start, end: start, ended: null, message: "", notes: [] },
      ...{ steps: new Map(), inner: new Set() },
    };
    this.#last = start;
  }

  take(event: RunEvent): void {
    const at = timeOf(event);
    if (event.step_id === null) this.#ofRun(event, at);
    else this.#ofStep(event, event.step_id, at);
    this.#last = at;
  }

  /** Ends what nobody saw end at the last time that is known. */
  close(): void {
    this.#cutAll(this.#last);
    if (this.run.ended !== null) return;
    this.run.ended = "interrupted";
    this.run.end = this.#last;
    this.run.message = "its process is gone";
  }

  #ofRun(event: RunEvent, at: number): void {
    const { run } = this;
    if (endsRun(event)) {
      this.#cutAll(at);
      run.end = at;
      run.ended = event.data.interrupted === true ? "interrupted" : event.state;
      run.message = event.message;
      return;
    }
    // Resumed: whatever was open had no end.
    if (event.state === "running") {
      this.#cutAll(this.#last);
      run.ended = null;
      run.message = "";
    }
    run.notes.push(event);
  }

  #ofStep(event: StepEvent, id: string, at: number): void {
    const step = this.#step(event, id, at);
    const open = step.attempts.at(-1);
    const attempt = open?.ended === null ? open : undefined;
    switch (event.state) {
      case "running":
        if (attempt !== undefined) cut(attempt, this.#last);
        return this.#begin(step, event, at);
      case "retrying":
        if (attempt !== undefined) end(attempt, event, at);
        return;
      case "completed":
      case "failed":
      case "cancelled":
      case "skipped":
        if (attempt !== undefined) end(attempt, event, at);
        step.ended = isLate(event) ? "interrupted" : event.state;
        step.message = event.message;
        step.exitCode = event.data.exit_code ?? null;
        step.end = at;
        return;
      case "output":
        return;
    }
    if (isAgentTool(event) && attempt !== undefined) attempt.tools.push(event);
    else if (isCount(event) && attempt !== undefined) attempt.useEvent = event;
    else (attempt ?? step).notes.push(event);
    const inner: unknown = event.data !== undefined && "inner_run" in event.data
      ? event.data.inner_run
      : undefined;
    if (typeof inner === "string") this.run.inner.add(inner);
  }

  #begin(step: StepPeriod, event: StepEvent, at: number): void {
    const number = event.attempt ?? 1;
    const model: unknown = event.data !== undefined && "model" in event.data
      ? event.data.model
      : undefined;
    step.ended = null;
    step.attempts.push({
      ...{ start: at, end: at, attempt: number, persona: event.persona },
      repeated: step.attempts.filter(({ attempt }) => attempt === number).length,
      model: typeof model === "string" ? model : undefined,
      ...{ ended: null, message: "", endEvent: null, useEvent: null, tools: [], notes: [] },
    });
  }

  #step({ persona }: RunEvent, id: string, at: number): StepPeriod {
    const known = this.run.steps.get(id);
    if (known !== undefined) return known;
    const step: StepPeriod = {
      ...{ id, persona, start: at, end: at, ended: null, message: "", exitCode: null },
      ...{ attempts: [], notes: [] },
    };
    this.run.steps.set(id, step);
    return step;
  }

  #cutAll(at: number): void {
    for (const step of this.run.steps.values()) {
      const open = step.attempts.at(-1);
      if (open?.ended !== null) continue;
      cut(open, at);
      step.ended = "interrupted";
      step.message = open.message;
      step.end = open.end;
    }
  }
}

/** An end that another process wrote down for one that was gone. */
function isLate(event: StepEnded): boolean {
  return event.state === "failed" && event.data.ended_at !== undefined;
}

function end(attempt: AttemptPeriod, event: RunEvent, at: number): void {
  attempt.end = Math.max(attempt.start, at);
  attempt.endEvent = event;
  attempt.message = event.message;
  if (event.state === "retrying") attempt.ended = "retrying";
  else if (event.step_id === null) return;
  else if (event.state === "failed") attempt.ended = isLate(event) ? "interrupted" : "failed";
  else if (event.state === "completed" || event.state === "cancelled") attempt.ended = event.state;
  else attempt.ended = "skipped";
}

function cut(attempt: AttemptPeriod, at: number): void {
  attempt.end = Math.max(attempt.start, at);
  attempt.ended = "interrupted";
  attempt.message = "interrupted";
}

/** @param events of one run, oldest first, its start among them. */
export function runPeriods(events: readonly RunEvent[]): RunPeriod {
  const [first, ...others] = events;
  if (first === undefined) throw new Error("a run has at least its start");
  const periods = new Periods(timeOf(first));
  for (const event of others) periods.take(event);
  periods.close();
  return periods.run;
}
