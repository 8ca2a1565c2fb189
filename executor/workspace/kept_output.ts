/** What steps answered or printed, kept in the run's folder, so that a resume still knows it. */
import { basename, dirname, join } from "@std/path";
import { OperationError } from "../../event/errors.ts";
import { existingInside, newInside } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";

/** Its name cannot be a step's. */
const FOLDER = ".said";

/** The most that is kept of a step's output, in bytes; a longer one counts as unknown. */
export const MAX_KEPT_OUTPUT = 1 << 20;

/**
 * Where the output of an attempt is kept: `.said/<workspace>` beside the workspace, out of reach of the
 * step's own files. No file means that there was no output, an empty one that it is unknown.
 */
function keptFile(workspace: string): string {
  return join(FOLDER, basename(workspace));
}

/**
 * Keeps the output of an attempt.
 *
 * @param workspace absolute.
 * @param text null when it is unknown.
 */
export function keepOutput(context: RunContext, workspace: string, text: string | null): void {
  if (text === "") return;
  // Without its secrets it is another text, and whatever uses it would do something else.
  const kept = text === null || context.redact(text) !== text ? "" : text;
  const file = newInside(dirname(workspace), keptFile(workspace));
  Deno.writeTextFileSync(file, kept, { mode: 0o600 });
}

/**
 * The output of the step whose workspace this was, or null when it is unknown.
 *
 * @param workspace relative to the project root.
 */
export function keptOutput(root: string, workspace: string | null): string | null {
  if (workspace === null) return "";
  // Who removed the workspace removed what was kept beside it, most likely.
  if (existingInside(root, workspace) === null) return null;
  const file = existingInside(root, join(dirname(workspace), keptFile(workspace)));
  return file === null ? "" : Deno.readTextFileSync(file) || null;
}

/**
 * The output of a step, for those who need it.
 *
 * @throws {OperationError} `output_not_known`.
 */
export function requireOutput(text: string | null, step: string): string {
  if (text !== null) return text;
  throw new OperationError(
    "output_not_known",
    `what step ${step} printed is not known: it held a secret, was longer than 1 MiB, or is gone`,
    { hint: `let ${step} write it to an artifact, or run it again with --from-step ${step}` },
  );
}
