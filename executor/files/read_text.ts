/** Reads files that steps wrote: never without end, and never what is no file. */
import { OperationError } from "../../event/errors.ts";

/** The most of an artifact that is taken as a text. */
const LARGEST_TEXT = 16 << 20;

/**
 * What is at `path`, for whoever opens it: opening a pipe would wait for ever.
 *
 * @throws {OperationError} `artifact_not_a_file`.
 */
export function statFile(path: string, name: string): Deno.FileInfo {
  const info = Deno.statSync(path);
  if (info.isFile) return info;
  throw new OperationError("artifact_not_a_file", `${name} is not a file`, {
    hint: "declare a file; pack a folder into one, for instance with tar",
  });
}

/**
 * The text of a file.
 *
 * @param name what a message calls it.
 * @throws {OperationError} `artifact_not_a_file`, `artifact_too_large` above 16 MiB.
 */
export function readText(path: string, name: string): string {
  if (statFile(path, name).size > LARGEST_TEXT) {
    throw new OperationError(
      "artifact_too_large",
      `${name} is larger than 16 MiB, too large to be read as a text`,
      { hint: "hand it over as a file: memory.inject_artifacts" },
    );
  }
  return Deno.readTextFileSync(path);
}

/**
 * The first `bytes` of a file, as a text.
 *
 * @throws {OperationError} `artifact_not_a_file`.
 */
export function readStart(path: string, name: string, bytes: number): string {
  const { size } = statFile(path, name);
  if (size <= bytes) return Deno.readTextFileSync(path);
  using file = Deno.openSync(path);
  const buffer = new Uint8Array(bytes);
  let length = 0;
  for (let read = 1; read > 0 && length < bytes; length += read) {
    read = file.readSync(buffer.subarray(length)) ?? 0;
  }
  return new TextDecoder().decode(buffer.subarray(0, length), { stream: true });
}
