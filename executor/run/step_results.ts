/** What steps came to, for the steps after them. */
import type { ArtifactData } from "../../event/event.ts";
import type { GateAnswer } from "./gate_source.ts";

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
  /** What it said: an agent's answer, a script's output. Null when that is not known. */
  readonly text: string | null;
  readonly gate?: (GateAnswer & { readonly timestamp: string }) | undefined;
}
