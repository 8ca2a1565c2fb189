/** The files that an agent has to write. */
import type { Step } from "./pipeline.ts";

export interface FileToWrite {
  readonly name: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly type: string | null;
}

/** The declared artifacts, and what the contracts check besides them. */
export function filesToWrite(step: Step): FileToWrite[] {
  const files = step.outputArtifacts.filter(({ source }) => source === "file")
    .map(({ name, path, type }): FileToWrite => ({ name, path, type }));
  const known = new Set(step.outputArtifacts.map(({ path }) => path));
  for (const contract of step.contracts) {
    const checked = contract.type === "json_schema" || contract.type === "non_empty_file";
    if (!checked || contract.source === null || known.has(contract.source)) continue;
    known.add(contract.source);
    const type = contract.type === "json_schema" ? "json" : null;
    files.push({ name: contract.source, path: contract.source, type });
  }
  return files;
}
