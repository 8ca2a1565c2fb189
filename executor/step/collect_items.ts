/** The artifacts of a step that ran for each item of a list. */
import { join } from "@std/path";
import type { Step } from "../language/model/pipeline.ts";
import { tellSecrets } from "../work/redacted_artifact.ts";
import type { RunContext } from "../run/run_context.ts";
import type { StepArtifact, StepResult } from "../run/step_results.ts";
import { collectArtifacts } from "../workspace/declared_artifacts.ts";
import { readValue } from "../workspace/template_values.ts";
import { parseWritten } from "../language/template/written_json.ts";

/** The artifact that lists the results of the items in order, without those that failed. */
export const COLLECTED = "collected-output";

/**
 * Writes the list of the items' results into `workspace`.
 *
 * @param results by index; null for an item that failed.
 * @returns that list, and the artifacts of the items as `<name>-<index>`.
 */
export async function collectItems(
  context: RunContext,
  step: Step,
  results: readonly (StepResult | null)[],
  workspace: string,
): Promise<StepArtifact[]> {
  const values: unknown[] = [];
  const artifacts: StepArtifact[] = [];
  for (const [index, result] of results.entries()) {
    if (result === null) continue;
    const value = valueOf(context, result);
    if (value === undefined) {
      context.warn(step.id, `item ${index + 1} printed too much to be listed: null stands for it`);
    }
    values.push(value ?? null);
    artifacts.push(...result.artifacts.map(({ path, data }) => ({
      path: `${index}/${path}`,
      data: { ...data, name: `${data.name}-${index}` },
    })));
  }
  const path = `${COLLECTED}.json`;
  const raw = step.outputArtifacts[0]?.raw ?? false;
  const clean = withoutSecrets(context, values);
  tellSecrets(context, step, { name: COLLECTED, raw }, clean.count);
  const written = JSON.stringify(raw ? values : clean.value, null, 2);
  Deno.writeTextFileSync(join(workspace, path), `${written}\n`, {
    createNew: true,
    mode: 0o600,
  });
  const spec = { name: COLLECTED, path, type: "json" };
  const [data] = await collectArtifacts([spec], { workspace, cwd: workspace }, context.root);
  return data === undefined ? artifacts : [{ path, data }, ...artifacts];
}

/** A JSON value that is still one: a number that is a secret becomes a text. */
function withoutSecrets(context: RunContext, json: unknown): { value: unknown; count: number } {
  if (typeof json === "string" || typeof json === "number") {
    const { text, count } = context.redacted(String(json));
    return { value: count === 0 ? json : text, count };
  }
  if (typeof json !== "object" || json === null) return { value: json, count: 0 };
  const entries = Object.entries(json).map(([key, value]) => {
    const name = context.redacted(key);
    const clean = withoutSecrets(context, value);
    // A key that is a word says what it holds, even where some variable has that word as its value.
    const renamed = name.count > 0 && !/^[A-Za-z_]+$/.test(key);
    return { key: renamed ? name.text : key, ...clean };
  });
  const count = entries.reduce((sum, entry) => sum + entry.count, 0);
  const value = Array.isArray(json)
    ? entries.map(({ value }) => value)
    : Object.fromEntries(entries.map(({ key, value }) => [key, value]));
  return { value, count };
}

/** An item's first artifact, as JSON when it is that, or its output; undefined when that is unknown. */
function valueOf(context: RunContext, result: StepResult): unknown {
  const [first] = result.artifacts;
  const text = first === undefined
    ? result.text?.trimEnd()
    : String(readValue(context.root, first.data, []));
  return text === undefined ? undefined : parseWritten(text) ?? text;
}
