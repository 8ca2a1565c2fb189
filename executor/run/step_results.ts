/** The results of steps, for the steps after them. */
import type { ArtifactData } from "../../event/event.ts";
import type { GateAnswer } from "../api.ts";

export interface StepArtifact {
  /** As declared, relative to the step's workspace. */
  readonly path: string;
  readonly data: ArtifactData;
}

export interface StepResult {
  readonly status: "completed" | "failed" | "skipped" | "cancelled";
  /** Relative to the project root; null when it never had one. */
  readonly workspace: string | null;
  /** Absolute, where its processes ran. */
  readonly cwd: string | null;
  readonly artifacts: readonly StepArtifact[];
  /** An agent's answer, or a script's output. Null when it is unknown. */
  readonly text: string | null;
  /** Of one that was skipped because a condition was not met: the step whose condition it was. */
  readonly unmet?: string | undefined;
  /** Of one that was skipped: why, as recorded. */
  readonly reason?: string | undefined;
  readonly gate?: (GateAnswer & { readonly timestamp: string }) | undefined;
}

/** The result of a step that delivered nothing. */
export function emptyResult(
  status: Exclude<StepResult["status"], "completed">,
  why: Pick<StepResult, "unmet" | "reason"> = {},
): StepResult {
  return { status, workspace: null, cwd: null, artifacts: [], text: "", ...why };
}
