/** Declared artifacts: found, measured and hashed when a step ends, and compared when one is reused. */
import { join, relative } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { OperationError } from "../../event/errors.ts";
import { lstat } from "../../event/files.ts";
import { existingInside, newInside } from "../files/confine.ts";
import { statFile } from "../files/read_text.ts";
import { sha256OfFile } from "../files/sha256.ts";

/** An entry of `output_artifacts`. */
export interface ArtifactSpec {
  readonly name: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly type?: string | null | undefined;
  /** A missing one fails the step, unless this is false. */
  readonly required?: boolean | undefined;
}

/** The folders of an attempt, absolute. */
export interface AttemptFolders {
  readonly workspace: string;
  /** Where the step's processes start; not the workspace in a worktree or a mounted folder. */
  readonly cwd: string;
}

/**
 * What the declared artifacts of a finished attempt are now. One that was written below `cwd` is copied
 * to its path in the workspace, so that no later step changes it. Of the optional ones those that exist.
 *
 * @throws {OperationError} `artifact_missing` naming all that are missing, `path_outside_workspace`,
 * `artifact_not_a_file`.
 * @throws the signal's reason when it aborts while a large file is hashed.
 */
export async function collectArtifacts(
  specs: readonly ArtifactSpec[],
  folders: AttemptFolders,
  root: string,
  signal?: AbortSignal,
): Promise<ArtifactData[]> {
  const found: ArtifactData[] = [];
  const missing: string[] = [];
  for (const spec of specs) {
    const file = await findOutput(spec.path, folders);
    if (file !== null) found.push(await measure(spec, file, root, signal));
    else if (spec.required !== false) missing.push(`${spec.name} (${spec.path})`);
  }
  if (missing.length > 0) {
    const [are, them] = missing.length === 1 ? ["artifact is", "it"] : ["artifacts are", "them"];
    throw new OperationError(
      "artifact_missing",
      `declared ${are} missing: ${missing.join(", ")}`,
      { hint: `the step must write ${them}, or declare \`required: false\`` },
    );
  }
  return found;
}

/**
 * The file at `path` in the workspace, copied there from `cwd` when it was written below that one.
 *
 * @returns its real path, or null when there is none.
 */
export async function findOutput(
  path: string,
  { workspace, cwd }: AttemptFolders,
): Promise<string | null> {
  const inWorkspace = existingInside(workspace, path);
  if (inWorkspace !== null) return await withoutLink(workspace, path, inWorkspace);
  if (cwd === workspace) return null;
  const inCwd = existingInside(cwd, path);
  if (inCwd === null || !Deno.statSync(inCwd).isFile) return null;
  await Deno.copyFile(inCwd, newInside(workspace, path));
  return existingInside(workspace, path);
}

/**
 * Puts a copy of what a link at `path` leads to in the link's place: an artifact has its declared path, and
 * two links to one file are two artifacts.
 */
async function withoutLink(workspace: string, path: string, real: string): Promise<string> {
  if (lstat(join(workspace, path))?.isSymlink !== true || !Deno.statSync(real).isFile) return real;
  await Deno.copyFile(real, newInside(workspace, path));
  return existingInside(workspace, path) ?? real;
}

async function measure(
  spec: ArtifactSpec,
  file: string,
  root: string,
  signal?: AbortSignal,
): Promise<ArtifactData> {
  statFile(file, `declared artifact ${spec.name} (${spec.path})`);
  using open = await Deno.open(file, { read: true });
  const info = await open.stat();
  return {
    name: spec.name,
    type: spec.type ?? null,
    path: relative(Deno.realPathSync(root), file),
    size_bytes: info.size,
    sha256: await sha256OfFile(open, info.size, signal),
    modified_at: (info.mtime ?? new Date(0)).toISOString(),
  };
}

/** An artifact as its file is now, for one that was changed on purpose. */
export async function remeasure(artifact: ArtifactData, root: string): Promise<ArtifactData> {
  const file = existingInside(root, artifact.path);
  return file === null ? artifact : await measure({ ...artifact, path: artifact.path }, file, root);
}

/** What differs between an artifact as it was recorded and the file of today. */
export type ArtifactChange = "missing" | "changed";

/** @returns null when the file is still what was recorded. */
export async function artifactChange(
  artifact: Pick<ArtifactData, "path" | "size_bytes" | "sha256">,
  root: string,
): Promise<ArtifactChange | null> {
  const file = existingInside(root, artifact.path);
  if (file === null) return "missing";
  const info = Deno.statSync(file);
  if (!info.isFile || info.size !== artifact.size_bytes) return "changed";
  using open = await Deno.open(file, { read: true });
  return await sha256OfFile(open, info.size) === artifact.sha256 ? null : "changed";
}
