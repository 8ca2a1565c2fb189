/** What is known of the agents of a step besides what they did: for its events. */

export interface AgentNote {
  /** Of the agent's program; null where it does not tell. */
  readonly version: string | null;
  /** Where the cost of what it used comes from; empty where that is unknown. */
  readonly costFrom: readonly string[];
}

/** Collects notes until the event that ends the attempt takes them. */
export class AgentNotes {
  readonly #notes = new Map<string, AgentNote>();

  /** Of the step's own agent, of one of its items', or of one that reviews it: each adds to what is known. */
  add(stepId: string, { version, costFrom }: AgentNote): void {
    const before = this.#notes.get(stepId);
    this.#notes.set(stepId, {
      version: version ?? before?.version ?? null,
      costFrom: [...new Set([...before?.costFrom ?? [], ...costFrom])],
    });
  }

  /** What was noted since the last call, as an event carries it. */
  take(stepId: string): {
    readonly agent_version?: string;
    readonly cost_from?: readonly string[];
  } {
    const note = this.#notes.get(stepId);
    this.#notes.delete(stepId);
    if (note === undefined) return {};
    return {
      ...note.version === null ? {} : { agent_version: note.version },
      ...note.costFrom.length === 0 ? {} : { cost_from: note.costFrom },
    };
  }
}
