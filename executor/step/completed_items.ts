/** Items of a step that have completed, kept in the run's folder, so that a resume does not repeat them. */
import { basename, dirname, join } from "@std/path";
import type { ArtifactData } from "../../event/event.ts";
import { artifactChange } from "../workspace/declared_artifacts.ts";
import { existingInside, newInside } from "../files/confine.ts";
import { sha256OfText } from "../files/sha256.ts";
import type { RunContext } from "../run/run_context.ts";
import { fieldOf } from "../language/template/template.ts";
import { recordedPath } from "../workspace/prepare_workspace.ts";
import type { StepArtifact, StepResult } from "../run/step_results.ts";
import { parseJson } from "../../event/json.ts";

/** Its name cannot be a step's. */
const FOLDER = ".items";

function keptFile(workspace: string, index: number): string {
  return join(FOLDER, basename(workspace), `${index}.json`);
}

/**
 * Keeps the result of an item.
 *
 * @param workspace of the step, absolute.
 */
export async function keepItem(
  context: RunContext,
  workspace: string,
  { index, value }: { readonly index: number; readonly value: unknown },
  result: StepResult,
): Promise<void> {
  // The output matters only where there is no artifact. A secret is not written down.
  const text = result.artifacts.length > 0 ? "" : result.text;
  if (text === null || context.redact(text) !== text) return;
  const kept = {
    value: await sha256OfText(JSON.stringify(value)),
    workspace: result.workspace,
    text,
  };
  const artifacts = result.artifacts.map(({ path, data }) => ({ path, data }));
  Deno.writeTextFileSync(
    newInside(dirname(workspace), keptFile(workspace, index)),
    JSON.stringify({ ...kept, artifacts }),
    { mode: 0o600 },
  );
}

/**
 * The result of the item in an earlier attempt of its step, or null when it is unknown, was another
 * one, or its files are no longer what they were.
 *
 * @param before the workspace of that attempt, absolute.
 */
export async function keptItem(
  context: RunContext,
  before: string,
  { index, value }: { readonly index: number; readonly value: unknown },
): Promise<StepResult | null> {
  const file = existingInside(
    context.root,
    recordedPath(context, join(dirname(before), keptFile(before, index))),
  );
  if (file === null) return null;
  const kept = parseJson(Deno.readTextFileSync(file));
  const workspace = fieldOf(kept, ["workspace"]);
  const text = fieldOf(kept, ["text"]);
  const artifacts = fieldOf(kept, ["artifacts"]);
  if (fieldOf(kept, ["value"]) !== await sha256OfText(JSON.stringify(value))) return null;
  if (typeof workspace !== "string" || typeof text !== "string" || !Array.isArray(artifacts)) {
    return null;
  }
  for (const { data } of artifacts as readonly { readonly data: ArtifactData }[]) {
    if (await artifactChange(data, context.root) !== null) return null;
  }
  return {
    status: "completed",
    workspace,
    cwd: null,
    artifacts: artifacts as readonly StepArtifact[],
    text,
  };
}
