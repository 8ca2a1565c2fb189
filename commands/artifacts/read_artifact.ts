/** Reads artifacts where steps left them, without being led elsewhere by a planted link. */
import { type ArtifactRecord } from "../../state/records/records.ts";
import { OperationError } from "../../event/errors.ts";
import { isMissing, lstat } from "../../event/files.ts";
import { openSha256 } from "../../executor/files/sha256.ts";
import { plainMessage, systemCode } from "../../event/system_error.ts";

/** What has become of an artifact since its step ended (contract, section 3, `artifacts`). */
export type ArtifactState = "ok" | "missing" | "changed";

const CHUNK = 256 * 1024;

/** The parts of a relative path, or null when it is none that a step could have declared. */
function pathParts(path: string): readonly string[] | null {
  const parts = path.split("/");
  // deno-fmt-ignore
  const good = parts.every((part) => part !== "" && part !== "." && part !== ".." && !part.includes("\0"));
  return good ? parts : null;
}

/**
 * The path of an artifact within the workspace that it lies in, or null when it lies in none:
 * `.wave/workspaces/<run>/<step>/a/b.md` gives `a/b.md`.
 */
export function pathInWorkspace(path: string): string | null {
  if (pathParts(path) === null) return null;
  return /^\.wave\/workspaces\/[^/]+\/[^/]+\/(.+)$/s.exec(path)?.[1] ?? null;
}

/**
 * Opens a regular file below `root`, following no link on the way. Null when there is none, or when
 * something else than a folder or a file stands on the path.
 */
function openBelow(root: string, path: string): Deno.FsFile | null {
  const parts = pathParts(path);
  if (parts === null) return null;
  let at = root;
  for (const [index, part] of parts.entries()) {
    at += `/${part}`;
    const info = lstat(at);
    if (info === null) return null;
    if (index < parts.length - 1 ? !info.isDirectory : !info.isFile) return null;
    if (index < parts.length - 1) continue;
    const file = openFile(at);
    if (file === null) return null;
    // A file exchanged between the look and the opening is another file.
    const opened = file.statSync();
    if (opened.ino === info.ino && opened.dev === info.dev) return file;
    file.close();
  }
  return null;
}

function openFile(path: string): Deno.FsFile | null {
  try {
    return Deno.openSync(path, { read: true });
  } catch (error) {
    if (isMissing(error)) return null;
    throw new OperationError(
      "artifact_unreadable",
      `Cannot read "${path}": ${plainMessage(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** An error of the file system, as opposed to a bug. */
export function isFileError(error: unknown): error is Error {
  return error instanceof OperationError || systemCode(error) !== null;
}

/**
 * Reads an artifact once, in chunks, and says whether what was read is what its step recorded. `sink` is
 * given each chunk, and must be done with it when it resolves. A link in place of a file or folder counts
 * as `changed`.
 *
 * @throws {OperationError} `artifact_unreadable` when it is there and cannot be read.
 */
export async function readArtifact(
  root: string,
  artifact: ArtifactRecord,
  sink: (chunk: Uint8Array) => Promise<void> = async () => {},
): Promise<ArtifactState> {
  using file = openBelow(root, artifact.path);
  if (file === null) return lstat(`${root}/${artifact.path}`) === null ? "missing" : "changed";
  const { size } = file.statSync();
  const hash = await openSha256(size);
  const buffer = new Uint8Array(Math.min(CHUNK, size + 1));
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
    const chunk = buffer.subarray(0, n);
    hash.update(chunk);
    await sink(chunk);
  }
  return await hash.hex() === artifact.sha256 ? "ok" : "changed";
}
