/** What steps said, kept in the run's folder, so that a resume still knows it. */
import { basename, dirname, join } from "@std/path";
import { OperationError } from "../../event/errors.ts";
import { existingInside, newInside } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";

/** Its name cannot be a step's. */
const FOLDER = ".said";

/** The most that is kept of what a step said, in bytes. Of more than that nothing is known. */
export const MOST_SAID = 1 << 20;

/**
 * Where the text of an attempt stands: `.said/<workspace>` beside the workspace, out of reach of the
 * step's own files. No file says that it said nothing, an empty one that what it said is not known.
 */
function fileOf(workspace: string): string {
  return join(FOLDER, basename(workspace));
}

/**
 * Keeps what an attempt said.
 *
 * @param workspace absolute.
 */
export function keepSaid(context: RunContext, workspace: string, text: string | null): void {
  if (text === "") return;
  // A text without its secrets is another one, and whatever goes on with it would do something else.
  const kept = text === null || context.redact(text) !== text ? "" : text;
  const file = newInside(dirname(workspace), fileOf(workspace));
  Deno.writeTextFileSync(file, kept, { mode: 0o600 });
}

/**
 * What the step whose workspace this was said, or null when that is not known.
 *
 * @param workspace relative to the project root.
 */
export function saidIn(root: string, workspace: string | null): string | null {
  if (workspace === null) return "";
  // Who removed the workspace removed what stood beside it, most likely.
  if (existingInside(root, workspace) === null) return null;
  const file = existingInside(root, join(dirname(workspace), fileOf(workspace)));
  return file === null ? "" : Deno.readTextFileSync(file) || null;
}

/**
 * What a step said, for those who need it.
 *
 * @throws {OperationError} `output_not_known`.
 */
export function knownText(text: string | null, step: string): string {
  if (text !== null) return text;
  throw new OperationError(
    "output_not_known",
    `what step ${step} printed is not known: it held a secret, was longer than 1 MiB, or is gone`,
    { hint: `let ${step} write it to an artifact, or run it again with --from-step ${step}` },
  );
}
