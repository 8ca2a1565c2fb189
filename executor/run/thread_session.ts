/** Which conversation, kept by the agent itself, a step goes on with. */
import type { AgentSession } from "../adapters/adapter.ts";
import type { Step } from "../language/model/pipeline.ts";

/** A session, and where and by whom it was held. */
export interface HeldSession extends AgentSession {
  /** Name of the adapter. */
  readonly adapter: string;
  /** Absolute: agents find their sessions by the folder that they worked in. */
  readonly folder: string;
}

export interface ThreadStart {
  /** Null where the agent begins anew. */
  readonly session: AgentSession | null;
  /** So many answers of the thread, from its beginning, the agent knows by that. */
  readonly knownAnswers: number;
}

/** What is known of the threads of a run. */
export interface ThreadRecord {
  /** Answers by thread, oldest first. */
  readonly threads: ReadonlyMap<string, readonly { readonly step: string }[]>;
  /** By step. */
  readonly sessions: ReadonlyMap<string, HeldSession>;
}

/**
 * The last session of the step's thread that the adapter held in the same folder. A step that failed is
 * tried again without: its session may be the cause.
 */
export function continuedSession(
  { threads, sessions }: ThreadRecord,
  { thread }: Pick<Step, "thread">,
  { adapter, folder, lastFailure }: {
    readonly adapter: string;
    readonly folder: string;
    readonly lastFailure: string | null;
  },
): ThreadStart {
  const answers = thread === null || lastFailure !== null ? [] : threads.get(thread) ?? [];
  const held = answers.map(({ step }) => sessions.get(step));
  const index = held.findLastIndex((session) =>
    session?.adapter === adapter && session.folder === folder
  );
  return { session: held[index] ?? null, knownAnswers: index + 1 };
}
