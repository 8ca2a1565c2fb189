/** What a gate's question is about: the artifacts to look at before it is answered. */
import type { ArtifactRecord, RunRecord } from "../../state/records/records.ts";

/**
 * The artifacts of the steps that the gate depends on; where those have none, all that the run has made so
 * far.
 */
export function gateArtifacts(
  record: Pick<RunRecord, "steps">,
  artifacts: readonly ArtifactRecord[],
  gateStep: string,
): readonly ArtifactRecord[] {
  const before = record.steps.find(({ id }) => id === gateStep)?.dependencies ?? [];
  const direct = artifacts.filter(({ stepId }) => before.includes(stepId));
  return direct.length > 0 ? direct : artifacts;
}
