/** Puts artifacts of earlier steps where a step finds them. */
import { dirname, join } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { OperationError } from "../../event/errors.ts";
import { existingInside, newInside, relativePath } from "../files/confine.ts";
import type { ArtifactSpec } from "./declared_artifacts.ts";
import { lstat } from "../../event/files.ts";

/** An artifact to put into a workspace, from a step that completed. */
export interface InjectedArtifact {
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
export async function injectArtifacts(
  injected: readonly InjectedArtifact[],
  folder: string,
  root: string,
): Promise<string[]> {
  const paths: string[] = [];
  for (const { as, artifact, step } of injected) {
    const path = join("artifacts", relativePath(as));
    await copyArtifact(artifact, step, newInside(folder, path), root);
    paths.push(path);
  }
  return paths;
}

/** An artifact that stood at `path` in the workspace of `step`. */
export interface HandedOver {
  readonly artifact: ArtifactData;
  readonly step: string;
  readonly path: string;
}

/**
 * Puts the artifacts of the steps that this one depends on where they stood in those, unless something
 * is there already or the step declares the path as its own. Published pipelines count on it.
 */
export async function handOver(
  artifacts: readonly HandedOver[],
  own: readonly ArtifactSpec[],
  folder: string,
  root: string,
): Promise<void> {
  const taken = new Set(own.map(({ path }) => relativePath(path)));
  for (const { artifact, step, path } of artifacts) {
    const normal = relativePath(path);
    if (taken.has(normal) || lstat(join(folder, normal)) !== null) continue;
    if (!parentsAreFolders(folder, normal)) continue;
    await copyArtifact(artifact, step, newInside(folder, normal), root);
  }
}

function parentsAreFolders(folder: string, path: string): boolean {
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
    const info = lstat(join(folder, parent));
    if (info !== null && !info.isDirectory) return false;
  }
  return true;
}

/** True for a file that its user may execute. */
function isExecutable(path: string): boolean {
  return ((Deno.statSync(path).mode ?? 0) & 0o100) !== 0;
}

/**
 * Copies an artifact's file to `target`, absolute.
 *
 * @throws {OperationError} `artifact_gone` when the file is no longer there.
 */
export async function copyArtifact(
  artifact: ArtifactData,
  step: string,
  target: string,
  root: string,
): Promise<void> {
  const source = existingInside(root, artifact.path);
  if (source === null || !Deno.statSync(source).isFile) {
    throw new OperationError(
      "artifact_gone",
      `artifact ${artifact.name} of step ${step} is no longer at ${artifact.path}`,
      { hint: "run the step again with `wave resume <run-id> --from-step`" },
    );
  }
  await Deno.copyFile(source, target);
  await Deno.chmod(target, isExecutable(source) ? 0o700 : 0o600);
}
