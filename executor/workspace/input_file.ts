/** The file of `{{ input_file }}`. */
import { join } from "@std/path";
import { lstat, replaceFile } from "../../event/files.ts";
import { newInside, requireReal } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";

/** Below the run's folder. The folder's name cannot be a step's. */
const FILE = join(".input", "input.txt");

/**
 * The absolute path of a file (0600, its folder 0700) that holds the run's input as it is: nothing is added,
 * and secrets stay. A step may have changed or removed the file, so each use sees to it that it is whole.
 *
 * @throws {OperationError} `unsafe_folder`, `path_outside_workspace` when a step has put a link or a file in
 * the place of its folders.
 */
export function inputFile({ runFolder, options: { input } }: RunContext): string {
  if (lstat(runFolder) === null) Deno.mkdirSync(runFolder, { recursive: true, mode: 0o700 });
  requireReal(runFolder);
  const file = newInside(runFolder, FILE);
  // What is right stays: others may be reading it.
  if (lstat(file)?.isFile !== true || Deno.readTextFileSync(file) !== input) {
    replaceFile(file, input, 0o600);
  }
  return file;
}
