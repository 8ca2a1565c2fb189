/** Declared artifacts: found, measured and hashed when a step ends, and handed to the steps after it. */
import { dirname, join, relative } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { OperationError } from "../../event/errors.ts";
import { existingInside, newInside, relativePath } from "../files/confine.ts";
import { lstat } from "../../event/files.ts";
import { statFile } from "../files/read_text.ts";

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
export interface Places {
  readonly workspace: string;
  /** Where the step's processes start; not the workspace in a worktree or a mounted folder. */
  readonly cwd: string;
}

/** Files up to this many bytes are hashed in one piece. */
const WHOLE = 1 << 20;

/**
 * What the declared artifacts of a finished attempt are now. One that was written below `cwd` is copied
 * to its path in the workspace, so that no later step changes it. Of the optional ones those that exist.
 *
 * @throws {OperationError} `artifact_missing` naming all that are missing, `path_outside_workspace`,
 * `artifact_not_a_file`.
 */
export async function collectArtifacts(
  specs: readonly ArtifactSpec[],
  places: Places,
  root: string,
): Promise<ArtifactData[]> {
  const found: ArtifactData[] = [];
  const missing: string[] = [];
  for (const spec of specs) {
    const file = locate(spec.path, places);
    if (file !== null) found.push(await measure(spec, file, root));
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
 * The file at `path` in the workspace, brought there from `cwd` when it was written below that one.
 *
 * @returns its real path, or null when there is none.
 */
export function locate(path: string, places: Places): string | null {
  const inWorkspace = existingInside(places.workspace, path);
  if (inWorkspace !== null || places.cwd === places.workspace) return inWorkspace;
  const inCwd = existingInside(places.cwd, path);
  if (inCwd === null || !Deno.statSync(inCwd).isFile) return null;
  Deno.copyFileSync(inCwd, newInside(places.workspace, path));
  return existingInside(places.workspace, path);
}

async function measure(spec: ArtifactSpec, file: string, root: string): Promise<ArtifactData> {
  statFile(file, `declared artifact ${spec.name} (${spec.path})`);
  using open = await Deno.open(file, { read: true });
  const info = await open.stat();
  return {
    name: spec.name,
    type: spec.type ?? null,
    path: relative(Deno.realPathSync(root), file),
    size_bytes: info.size,
    sha256: await sha256(open, info.size),
    modified_at: (info.mtime ?? new Date(0)).toISOString(),
  };
}

/** SHA-256 in hex of an open file's rest, read in pieces so that its size does not matter. */
async function sha256(file: Deno.FsFile, size: number): Promise<string> {
  if (size <= WHOLE) {
    const bytes = new Uint8Array(await new Response(file.readable).arrayBuffer());
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  }
  // Only large files pay for loading this module; the built-in digest takes no pieces.
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  for await (const piece of file.readable) hash.update(piece);
  return hash.digest("hex");
}

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** An artifact as its file is now, for one that was changed on purpose. */
export async function remeasured(artifact: ArtifactData, root: string): Promise<ArtifactData> {
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
  return await sha256(open, info.size) === artifact.sha256 ? null : "changed";
}

/** An artifact to put into a workspace, from a step that completed. */
export interface Injection {
  /** Name in `artifacts/`. */
  readonly as: string;
  readonly artifact: ArtifactData;
  readonly step: string;
}

/**
 * Copies artifacts to `artifacts/<as>` below `folder`.
 *
 * @returns the paths relative to `folder`.
 * @throws {OperationError} `artifact_gone` when a file is no longer there.
 */
export function injectArtifacts(
  injections: readonly Injection[],
  folder: string,
  root: string,
): string[] {
  return injections.map(({ as, artifact, step }) => {
    const target = join("artifacts", relativePath(as));
    copyArtifact(artifact, step, newInside(folder, target), root);
    return target;
  });
}

/**
 * Puts the artifacts of the steps that this one depends on where they stood in those, unless something
 * is there already or the step declares the path as its own. Published pipelines count on it.
 */
export function handOver(
  artifacts: readonly { readonly artifact: ArtifactData; readonly step: string; path: string }[],
  own: readonly ArtifactSpec[],
  folder: string,
  root: string,
): void {
  const taken = new Set(own.map(({ path }) => relativePath(path)));
  for (const { artifact, step, path } of artifacts) {
    const normal = relativePath(path);
    if (taken.has(normal) || lstat(join(folder, normal)) !== null) continue;
    if (!parentsAreFolders(folder, normal)) continue;
    copyArtifact(artifact, step, newInside(folder, normal), root);
  }
}

function parentsAreFolders(folder: string, path: string): boolean {
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
    const info = lstat(join(folder, parent));
    if (info !== null && !info.isDirectory) return false;
  }
  return true;
}

/** Copies an artifact's file to `target`, absolute. */
export function copyArtifact(
  artifact: ArtifactData,
  step: string,
  target: string,
  root: string,
): void {
  const source = existingInside(root, artifact.path);
  if (source === null || !Deno.statSync(source).isFile) {
    throw new OperationError(
      "artifact_gone",
      `artifact ${artifact.name} of step ${step} is no longer at ${artifact.path}`,
      { hint: "run the step again with `wave resume <run-id> --from-step`" },
    );
  }
  Deno.copyFileSync(source, target);
  Deno.chmodSync(target, 0o600);
}
