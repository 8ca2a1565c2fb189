/** Runs a step once for each item of a list (`iterate`, `strategy: matrix`). */
import { join } from "@std/path";
import { OperationError, WaveError } from "../../event/errors.ts";
import { systemCode } from "../../event/system_error.ts";
import { collectArtifacts } from "../workspace/artifacts.ts";
import { type AttemptEnd, type AttemptOptions, runAttempt, stopReason } from "./run_attempt.ts";
import { tryAttempts } from "./retry_attempts.ts";
import type { RunContext } from "../run/run_context.ts";
import type { Each, Step } from "../language/model/pipeline.ts";
import { expand, fieldOf } from "../language/template/template.ts";
import { artifactOf, recorded } from "../workspace/prepare_workspace.ts";
import { newMark } from "../processes/process_marker.ts";
import { type StepArtifact, type StepResult } from "../run/step_results.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";
import { lookupIn, readValue } from "../workspace/template_values.ts";
import { parseJson } from "../../event/json.ts";
import { makeWorkspace } from "../workspace/mount.ts";
import { keepItem, keptItem } from "./completed_items.ts";

/** What the items came to, in their order, without those that failed. */
const COLLECTED = "collected-output";

/**
 * Each item has a workspace of its own, `<step>/<index>/`, and attempts of its own. The step's first
 * artifact is the list of what the items came to; theirs follow, as `<name>-<index>`.
 *
 * @returns null when the run was stopped before it began.
 */
export async function runEach(
  context: RunContext,
  step: Step,
  each: Each,
  options: Omit<AttemptOptions, "lastFailure">,
): Promise<AttemptEnd | null> {
  if (context.halt.aborted) return null;
  const workspace = makeWorkspace(options.parent, options.name, options.attempt);
  const mark = newMark();
  options.onBegin({ nonce: mark.nonce, workspace: recorded(context, workspace) });
  const outer = options.outer === undefined ? mark.nonce : `${options.outer}/${mark.nonce}`;
  const facts = { tokens: NO_TOKENS, exitCode: null };
  try {
    const items = itemsOf(context, step, each, options);
    const before = begunBefore(context, step, options.attempt);
    const ends = await runItems(context, step, each, items, {
      async kept(item) {
        const result = before === null ? null : await keptItem(context, before, item);
        // The next resume looks at this attempt.
        if (result !== null) await keepItem(context, workspace, item, result);
        return result;
      },
      async run(item, attempt, lastFailure) {
        const end = await runAttempt(context, step, {
          ...options,
          attempt,
          lastFailure,
          parent: workspace,
          name: String(item.index),
          item,
          outer,
          onBegin: () => {},
        });
        if (end.kind === "completed") await keepItem(context, workspace, item, end.result);
        return end;
      },
    });
    const tokens = ends.reduce((sum, end) => addTokens(sum, end?.tokens ?? NO_TOKENS), NO_TOKENS);
    const bad = ends.findIndex((end) => end?.kind === "failed");
    const end = ends[bad];
    if (end?.kind === "failed" && each.onFailure === "fail") {
      const message = `item ${bad + 1} of ${items.length} failed: ${end.message}`;
      return {
        ...facts,
        tokens,
        kind: "failed",
        message,
        retryable: false,
        contract: end.contract,
      };
    }
    if (
      ends.length < items.length || ends.some((end) => end === null || end.kind === "cancelled")
    ) {
      return { ...facts, tokens, kind: "cancelled", message: stopReason(context) };
    }
    const results = ends.map((end) => end?.kind === "completed" ? end.result : null);
    const artifacts = await collect(context, step, results, workspace);
    const result: StepResult = {
      status: "completed",
      workspace: recorded(context, workspace),
      cwd: workspace,
      artifacts,
      text: "",
    };
    return { ...facts, tokens, kind: "completed", result };
  } catch (error) {
    if (!(error instanceof WaveError || systemCode(error) !== null)) throw error;
    return { ...facts, kind: "failed", message: (error as Error).message, retryable: false };
  }
}

/** The workspace of the attempt that this one goes on with, absolute; null when there is none. */
function begunBefore({ options, root }: RunContext, { id }: Step, attempt: number): string | null {
  const begun = options.goesOn?.get(id);
  if (begun === undefined || begun.changed || begun.workspace === null) return null;
  return attempt === (options.attempts?.get(id) ?? 0) + 1 ? join(root, begun.workspace) : null;
}

interface Item {
  readonly index: number;
  readonly value: unknown;
}

interface ItemRunner {
  /** What the item came to before, when that stands. */
  kept(item: Item): Promise<StepResult | null>;
  run(item: Item, attempt: number, lastFailure: string | null): Promise<AttemptEnd>;
}

/** Ends by index. Shorter than `items`, or with nulls, when a failure or a stop left some unstarted. */
async function runItems(
  context: RunContext,
  step: Step,
  each: Each,
  items: readonly unknown[],
  runner: ItemRunner,
): Promise<(AttemptEnd | null)[]> {
  const ends: (AttemptEnd | null)[] = [];
  let next = 0;
  let broken = false;
  const worker = async () => {
    while (next < items.length && !broken && !context.halt.aborted) {
      const index = next++;
      const end = await oneItem(context, step, index, items, runner);
      ends[index] = end;
      if (end?.kind === "failed" && each.onFailure === "fail") broken = true;
    }
  };
  const workers = Math.min(Math.max(1, each.maxConcurrent), items.length);
  await Promise.all(Array.from({ length: workers }, worker));
  return Array.from(ends, (end) => end ?? null);
}

async function oneItem(
  context: RunContext,
  step: Step,
  index: number,
  items: readonly unknown[],
  { kept, run }: ItemRunner,
): Promise<AttemptEnd | null> {
  const name = `item ${index + 1} of ${items.length}`;
  const tell = (message: string) =>
    context.emit({
      state: "tool",
      level: "info",
      step_id: step.id,
      persona: step.persona,
      attempt: context.attempts.get(step.id) ?? null,
      message: `${name} ${message}`,
      data: { item: index },
    });
  const item = { index, value: items[index] };
  const result = await kept(item);
  if (result !== null) {
    tell("had completed");
    return { kind: "completed", result, tokens: NO_TOKENS, exitCode: null };
  }
  let attempt = 0;
  return await tryAttempts(context, step, {
    lastFailure: null,
    once: async (lastFailure) => {
      attempt++;
      tell("started");
      const end = await run(item, attempt, lastFailure);
      if (end.kind === "completed") tell("completed");
      else context.warn(step.id, `${name} ${end.kind}: ${end.message}`, step.persona);
      return end;
    },
    onRetry: (_end, delayMs) => tell(`is tried again in ${delayMs} ms`),
  });
}

function itemsOf(
  context: RunContext,
  step: Step,
  { source }: Each,
  { frame }: Omit<AttemptOptions, "lastFailure">,
): unknown[] {
  const value = source.kind === "template"
    ? parseJson(expand(
      source.over,
      lookupIn(context, {
        stepId: step.id,
        startedAt: new Date(context.options.clock.now()).toISOString(),
        iteration: frame.iteration,
        item: null,
      }),
    ))
    : listIn(context, source.step, source.artifact, source.key);
  if (Array.isArray(value)) return value;
  const what = source.kind === "template"
    ? source.over
    : `${source.artifact} of step ${source.step}${source.key === null ? "" : ` at ${source.key}`}`;
  throw new OperationError("no_items", `Cannot iterate over ${what}: it is no JSON array`);
}

function listIn(context: RunContext, step: string, name: string, key: string | null): unknown {
  const artifact = artifactOf(context, step, name);
  if (artifact === undefined) return undefined;
  const value = readValue(context.root, artifact.data, []);
  const json = typeof value === "string" ? parseJson(value) : value;
  return key === null ? json : fieldOf(json, key.split("."));
}

async function collect(
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
    for (const { path, data } of result.artifacts) {
      artifacts.push({
        path: `${index}/${path}`,
        data: { ...data, name: `${data.name}-${index}` },
      });
    }
  }
  const path = `${COLLECTED}.json`;
  Deno.writeTextFileSync(join(workspace, path), `${JSON.stringify(values, null, 2)}\n`, {
    createNew: true,
    mode: 0o600,
  });
  const [data] = await collectArtifacts(
    [{ name: COLLECTED, path, type: "json" }],
    { workspace, cwd: workspace },
    context.root,
  );
  return data === undefined ? artifacts : [{ path, data }, ...artifacts];
}

/** What an item came to: its first artifact, as JSON when it is that, or what it said if that is known. */
function valueOf(context: RunContext, result: StepResult): unknown {
  const [first] = result.artifacts;
  const text = first === undefined
    ? result.text?.trimEnd()
    : String(readValue(context.root, first.data, []));
  return text === undefined ? undefined : parseJson(text) ?? text;
}
