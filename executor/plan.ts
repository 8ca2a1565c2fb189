/** What a run is going to do, as its first event records it. */
import { join } from "@std/path";
import type { PlannedStep } from "../event/event.ts";
import type { Manifest } from "./language/manifest.ts";
import type { Pipeline, Step } from "./language/pipeline.ts";

/**
 * All steps of a pipeline in file order, those of loops behind their loop, each with the SHA-256 of what
 * defines it: its YAML, its prompt, its schemas and criteria, its persona. A file that is missing counts
 * as empty; that it is missing is the validation's business.
 *
 * @param root absolute, of the project.
 */
export async function plannedSteps(
  pipeline: Pipeline,
  manifest: Manifest,
  root: string,
): Promise<PlannedStep[]> {
  const files = new Map<string, string>();
  const planned: PlannedStep[] = [];
  for (const step of allSteps(pipeline.steps)) {
    planned.push({
      id: step.id,
      persona: step.persona,
      dependencies: step.dependencies,
      digest: await digestOf(step, manifest, root, files),
    });
  }
  return planned;
}

/** The steps and those of loops, each loop before its own. */
export function* allSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    if (step.action.kind === "loop") yield* allSteps(step.action.steps);
  }
}

async function digestOf(
  step: Step,
  manifest: Manifest,
  root: string,
  files: Map<string, string>,
): Promise<string> {
  const textOf = (path: string | null): string => {
    if (path === null) return "";
    const known = files.get(path) ?? readIfThere(join(root, path));
    files.set(path, known);
    return known;
  };
  const persona = step.persona === null ? null : manifest.personas[step.persona] ?? null;
  const parts = [
    step.definition,
    step.action.kind === "prompt" ? step.action.source : "",
    ...step.injectArtifacts.map(({ schemaPath }) => textOf(schemaPath)),
    ...step.contracts.map((contract) => {
      if (contract.type === "json_schema") return textOf(contract.schemaPath);
      return contract.type === "agent_review" ? textOf(contract.criteriaPath) : "";
    }),
    // Where the persona stands in its file is not what it is.
    persona === null ? "" : JSON.stringify({ ...persona, position: null }),
    textOf(persona?.systemPromptFile ?? null),
  ];
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
