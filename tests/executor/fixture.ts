/** Runs pipelines in a temporary project, with their events collected. */
import { join } from "@std/path";
import type { EventDraft } from "../../event/event.ts";
import { executeRun } from "../../executor/execute_run.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline, Step } from "../../executor/language/model/pipeline.ts";
import type { Clock, ExecuteOptions, GateSource, RunResult } from "../../executor/api.ts";

export const PERMISSIONS = { allowedTools: [], deny: [] };
const POSITION = { line: 1, column: 1 };

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  delay: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
    }),
};

/** Its delays end at once, unless `hold` says that one waits for its signal. */
export function fakeClock(hold: (ms: number) => boolean = () => false) {
  const delays: number[] = [];
  const clock: Clock = {
    now: () => 1_700_000_000_000,
    monotonic: () => performance.now(),
    delay: (ms, signal) => {
      delays.push(ms);
      if (!hold(ms)) return Promise.resolve();
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason), { once: true })
      );
    },
  };
  return { clock, delays };
}

export function manifest(parts: Partial<Manifest> = {}): Manifest {
  return {
    name: "test",
    description: "",
    forge: null,
    project: {},
    adapters: {},
    personas: {},
    runtime: {
      maxConcurrentWorkers: 4,
      defaultTimeoutMs: 60_000,
      envPassthrough: [],
      audit: { logAllToolCalls: false, logAllFileOperations: false },
      strictValues: false,
      strictPermissions: false,
      silenceMs: null,
      relay: { tokenThresholdPercent: 80, summarizerPersona: null },
      nesting: { maxDepth: 3, maxTotalSteps: null, maxTotalTokens: null, timeoutMs: null },
    },
    pricing: [],
    skillFolders: [],
    ...parts,
  };
}

export function step(id: string, parts: Partial<Step> = {}): Step {
  return {
    id,
    position: POSITION,
    action: { kind: "none" },
    persona: null,
    adapter: null,
    model: null,
    dependencies: [],
    timeoutMs: null,
    optional: false,
    reworkOnly: false,
    maxVisits: 10,
    edges: [],
    entries: [],
    routes: false,
    injectArtifacts: [],
    workspace: { kind: "folder", mounts: [] },
    outputArtifacts: [],
    outcomes: [],
    contracts: [],
    retry: {
      maxAttempts: 1,
      backoff: "fixed",
      baseDelayMs: 0,
      maxDelayMs: 0,
      onFailure: { kind: "fail" },
    },
    thread: null,
    skills: [],
    maxConcurrentAgents: null,
    silenceMs: null,
    compaction: null,
    each: null,
    definition: id,
    ...parts,
  };
}

/** A step that runs a script. */
export function script(id: string, text: string, parts: Partial<Step> = {}): Step {
  return step(id, { action: { kind: "command", script: text }, ...parts });
}

export function artifact(path: string, name = path): Step["outputArtifacts"][number] {
  return { name, path, type: null, required: true, source: "file", raw: false };
}

export function inject(from: string, name: string, as = name): Step["injectArtifacts"][number] {
  return {
    position: POSITION,
    step: from,
    pipeline: null,
    artifact: name,
    as,
    schemaPath: null,
    optional: false,
  };
}

export function pipeline(steps: readonly Step[], parts: Partial<Pipeline> = {}): Pipeline {
  return {
    name: "test",
    description: "",
    category: null,
    disabled: false,
    file: ".wave/pipelines/test.yaml",
    input: {
      source: "cli",
      type: null,
      description: null,
      example: null,
      required: null,
      default: null,
      schema: null,
      named: null,
    },
    requiredTools: [],
    skills: [],
    steps,
    outputs: [],
    maxStepVisits: null,
    ...parts,
  };
}

export const POSITION_OF_TESTS = POSITION;

export interface Recorded {
  readonly draft: EventDraft;
  readonly at: number;
}

export interface Project extends Disposable {
  /** Absolute, without links. */
  readonly root: string;
  readonly events: Recorded[];
  readonly graceful: AbortController;
  readonly forced: AbortController;
  run(steps: readonly Step[] | Pipeline, options?: Partial<ExecuteOptions>): Promise<RunResult>;
  /** Resolves with the first event that fits, of those recorded already too. */
  event(fits: (draft: EventDraft) => boolean): Promise<EventDraft>;
  /** `id state`, of transitions. */
  transitions(): string[];
  /** The drafts of a step. */
  of(id: string): EventDraft[];
  read(path: string): string;
  write(path: string, text: string): void;
}

const TRANSITIONS = ["running", "retrying", "completed", "failed", "cancelled", "skipped"];
const noGates: GateSource = {
  answer: (_question, signal) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    ),
};

export function project(): Project {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "wave-executor-" }));
  Deno.mkdirSync(join(root, ".wave", "traces"), { recursive: true });
  const events: Recorded[] = [];
  const waiting = new Set<(draft: EventDraft) => void>();
  const graceful = new AbortController();
  const forced = new AbortController();
  return {
    root,
    events,
    graceful,
    forced,
    run: (steps, options = {}) =>
      executeRun({
        pipeline: "steps" in steps ? steps : pipeline(steps),
        manifest: manifest(),
        projectRoot: root,
        runId: "test-run",
        input: "",
        emit: (draft) => {
          events.push({ draft, at: performance.now() });
          for (const tell of [...waiting]) tell(draft);
        },
        control: { graceful: graceful.signal, forced: forced.signal },
        clock: realClock,
        environment: Deno.env.toObject(),
        mock: false,
        startRun: () => Promise.reject(new Error("this test starts no inner run")),
        gates: noGates,
        ...options,
      }),
    event: (fits) => {
      const known = events.find(({ draft }) => fits(draft));
      if (known !== undefined) return Promise.resolve(known.draft);
      return new Promise((resolve) => {
        const tell = (draft: EventDraft) => {
          if (!fits(draft)) return;
          waiting.delete(tell);
          resolve(draft);
        };
        waiting.add(tell);
      });
    },
    transitions: () =>
      events.filter(({ draft }) => draft.step_id !== null && TRANSITIONS.includes(draft.state))
        .map(({ draft }) => `${draft.step_id} ${draft.state}`),
    of: (id) => events.map(({ draft }) => draft).filter((draft) => draft.step_id === id),
    read: (path) => Deno.readTextFileSync(join(root, path)),
    write: (path, text) => {
      const file = join(root, path);
      Deno.mkdirSync(join(file, ".."), { recursive: true });
      Deno.writeTextFileSync(file, text);
    },
    [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }),
  };
}
