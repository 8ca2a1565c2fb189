import type { ArtifactData } from "../../event/event.ts";
import type { ArtifactRecord } from "../../state/records/records.ts";
import { isoTime } from "../output/format.ts";

/** A recorded artifact as the executor knows it. */
export function artifactData(record: ArtifactRecord): ArtifactData {
  return {
    name: record.name,
    type: record.type,
    path: record.path,
    size_bytes: record.sizeBytes,
    sha256: record.sha256,
    modified_at: isoTime(record.modifiedAt),
  };
}
