/** What defines a step, as one number: a resume runs a step again when it has changed. */
import { type Manifest, MOCK_ADAPTER } from "./manifest.ts";
import type { Pipeline, Step } from "./pipeline.ts";

/**
 * SHA-256 in hex over the step as it is written, its prompt, the schemas and criteria that it names and
 * its persona with prompt and adapter. A file that is missing counts as empty.
 */
export async function stepDigest(
  root: string,
  step: Step,
  manifest: Manifest,
): Promise<string> {
  const parts: string[] = [step.definition];
  addPrompts(step, parts);
  for (const file of filesOf(step, manifest)) parts.push(file, await textOf(`${root}/${file}`));
  const persona = step.persona === null ? undefined : manifest.personas[step.persona];
  if (persona !== undefined) {
    const { position: _place, ...rest } = persona;
    parts.push(JSON.stringify(rest));
  }
  const name = step.adapter ?? persona?.adapter ?? MOCK_ADAPTER;
  const adapter = manifest.adapters[name];
  if (adapter !== undefined) {
    const { position: _place, ...rest } = adapter;
    parts.push(JSON.stringify(rest));
  }
  // Lengths keep parts apart that only together read the same.
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The digests of all steps of a pipeline, those within loops as part of their loop. */
export async function stepDigests(
  root: string,
  pipeline: Pipeline,
  manifest: Manifest,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const step of pipeline.steps) digests.set(step.id, await stepDigest(root, step, manifest));
  return digests;
}

function innerSteps(step: Step): readonly Step[] {
  return step.action.kind === "loop" ? step.action.steps : [];
}

function addPrompts(step: Step, parts: string[]): void {
  if (step.action.kind === "prompt" && step.action.sourcePath !== null) {
    parts.push(step.action.source);
  }
  for (const inner of innerSteps(step)) addPrompts(inner, parts);
}

function filesOf(step: Step, manifest: Manifest): string[] {
  const persona = step.persona === null ? undefined : manifest.personas[step.persona];
  const files = [
    persona?.systemPromptFile ?? null,
    ...step.injectArtifacts.map(({ schemaPath }) => schemaPath),
    ...step.contracts.map((contract) => {
      if (contract.type === "json_schema") return contract.schemaPath;
      return contract.type === "agent_review" ? contract.criteriaPath : null;
    }),
  ];
  return [
    ...files.flatMap((file) => file ?? []),
    ...innerSteps(step).flatMap((inner) => filesOf(inner, manifest)),
  ];
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return "";
    }
    throw error;
  }
}
