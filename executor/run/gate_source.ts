/** Where the answers to gates come from. */
import type { GateChoice } from "../language/model/pipeline.ts";

export interface GateQuestion {
  readonly runId: string;
  readonly stepId: string;
  readonly message: string;
  /** Never empty. */
  readonly choices: readonly GateChoice[];
  readonly defaultChoice: string | null;
  /** True when a text may come with the choice. */
  readonly freeform: boolean;
}

export interface GateAnswer {
  /** Key of a choice. */
  readonly choice: string;
  readonly text: string | null;
}

export interface GateSource {
  /**
   * Resolves with the answer to a question, however long that takes.
   *
   * @throws the signal's reason when it aborts first.
   */
  answer(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer>;
}
