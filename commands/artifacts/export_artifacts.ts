/** Copies artifacts out of a project (contract, section 3, `artifacts --export`). */
import { ensureDirSync } from "@std/fs";
import type { ArtifactRecord } from "../../state/records/records.ts";
import { OperationError } from "../../event/errors.ts";
import { lstat } from "../../event/files.ts";
import { plainMessage } from "../../event/system_error.ts";
import { type ArtifactState, isFileError, pathInWorkspace, readArtifact } from "./read_artifact.ts";
import { removeUnfinished, withUnfinished } from "./unfinished_export.ts";

export type ExportResult =
  | { readonly artifact: ArtifactRecord; readonly state: "ok"; readonly path: string }
  | {
    readonly artifact: ArtifactRecord;
    readonly state: Exclude<ArtifactState, "ok"> | "refused";
    readonly reason: string;
  };

/** Where something stands that an export must not follow or replace. */
class Refused extends Error {}

/**
 * Where each artifact goes below the export folder: `<step>/<path within the workspace>`. Two that
 * would go to the same place (of two runs, say) are an error of the caller.
 */
function exportPath(artifact: ArtifactRecord): string | null {
  const inner = pathInWorkspace(artifact.path);
  return inner === null ? null : `${artifact.stepId}/${inner}`;
}

/** Makes the folders of `parts` below `base`; refuses whatever is no real folder. */
function makeFolders(base: string, parts: readonly string[]): string {
  let at = base;
  for (const part of parts) {
    at += `/${part}`;
    try {
      Deno.mkdirSync(at);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    if (lstat(at)?.isDirectory !== true) throw new Refused(`"${at}" is not a folder`);
  }
  // Whoever exchanged a folder for a link meanwhile is found out here.
  if (Deno.realPathSync(at) !== at) throw new Refused(`"${at}" leads elsewhere`);
  return at;
}

async function writeAll(file: Deno.FsFile, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
}

interface Destination {
  /** As the user named it. */
  readonly given: string;
  /** Absolute, without links. */
  readonly base: string;
  /** Folders in which nothing is left of an earlier export. */
  readonly tidied: Set<string>;
}

async function copy(
  root: string,
  artifact: ArtifactRecord,
  { base, tidied }: Destination,
  target: string,
): Promise<ArtifactState> {
  const parts = target.split("/");
  const name = parts.pop() ?? "";
  const folder = makeFolders(base, parts);
  const path = `${folder}/${name}`;
  const there = lstat(path);
  if (there !== null && !there.isFile) throw new Refused(`"${path}" is not a regular file`);
  if (!tidied.has(folder)) removeUnfinished(folder);
  tidied.add(folder);
  return await withUnfinished(folder, async (file, temporary) => {
    const state = await readArtifact(root, artifact, (chunk) => writeAll(file, chunk));
    if (state !== "ok") return state;
    await file.sync();
    // Private stays private, and a program stays one.
    const mode = lstat(`${root}/${artifact.path}`)?.mode ?? null;
    if (mode !== null) Deno.chmodSync(temporary, mode & 0o777 | 0o600);
    if (Deno.realPathSync(folder) !== folder) throw new Refused(`"${folder}" leads elsewhere`);
    // Replaces what stands there by name, so a link planted since is not followed either.
    Deno.renameSync(temporary, path);
    return state;
  });
}

const REASONS = { missing: "it is gone", changed: "it is not what its step recorded" } as const;

/**
 * Exports artifacts below `dir`, each as a whole or not at all. Goes on after one that cannot be
 * exported, and says of each what became of it. `dir` itself may be a link: it is the user's choice.
 *
 * @param root the project's root.
 * @param dir where to, absolute; made when it is not there.
 * @throws {OperationError} `export_failed` when `dir` is no folder that can be written to.
 */
export async function exportArtifacts(
  root: string,
  artifacts: readonly ArtifactRecord[],
  dir: string,
): Promise<ExportResult[]> {
  let base: string;
  try {
    ensureDirSync(dir);
    base = Deno.realPathSync(dir);
  } catch (error) {
    throw new OperationError("export_failed", `Cannot export to "${dir}": ${plainMessage(error)}`, {
      cause: error,
      hint: "name a folder that can be written to",
    });
  }
  const results: ExportResult[] = [];
  const destination = { given: dir, base, tidied: new Set<string>() };
  for (const artifact of artifacts) {
    results.push(await exportOne(root, artifact, destination));
  }
  return results;
}

async function exportOne(
  root: string,
  artifact: ArtifactRecord,
  destination: Destination,
): Promise<ExportResult> {
  const target = exportPath(artifact);
  if (target === null) return { artifact, state: "refused", reason: "it lies in no workspace" };
  try {
    const state = await copy(root, artifact, destination, target);
    if (state === "ok") return { artifact, state, path: `${destination.given}/${target}` };
    return { artifact, state, reason: REASONS[state] };
  } catch (error) {
    if (!(error instanceof Refused || isFileError(error))) throw error;
    return { artifact, state: "refused", reason: plainMessage(error) };
  }
}
