/** Runs a step once for each item of a list (`iterate`, `strategy: matrix`). */
import { join } from "@std/path";
import type { Each, Step } from "../language/model/pipeline.ts";
import { newMark, nonceChain } from "../processes/process_marker.ts";
import type { RunContext } from "../run/run_context.ts";
import { makeWorkspace } from "../workspace/make_workspace.ts";
import { recordedPath } from "../workspace/prepare_workspace.ts";
import {
  type AttemptEnd,
  cancelledAttempt,
  failedAttempt,
  failedByError,
  NOTHING_SPENT,
  type Spent,
} from "./attempt_end.ts";
import { collectItems } from "./collect_items.ts";
import { keepItem, keptItem } from "./completed_items.ts";
import { itemName } from "./item_name.ts";
import { listItems } from "./list_items.ts";
import { type AttemptOptions, runAttempt } from "./run_attempt.ts";
import { type ItemRunner, runItems } from "./run_items.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";

export type EachOptions = Omit<AttemptOptions, "lastFailure">;

/**
 * Each item has a workspace of its own, `<step>/<index>/`, and attempts of its own. The step's first
 * artifact is the list of the items' results; theirs follow, as `<name>-<index>`.
 *
 * @returns null when the run was stopped before it started.
 */
export async function runEach(
  context: RunContext,
  step: Step,
  each: Each,
  options: EachOptions,
): Promise<AttemptEnd | null> {
  if (context.graceful.aborted) return null;
  const workspace = makeWorkspace(options.parent, options.name, options.attempt);
  const mark = newMark();
  options.onStart({ nonce: mark.nonce, workspace: recordedPath(context, workspace) });
  const outer = nonceChain({ outer: options.outer, mark });
  try {
    const items = listItems(context, step, each, options.frame);
    const runner = itemRunner(context, step, { ...options, parent: workspace, outer });
    const ends = await runItems(context, step, each, items, runner);
    return await endOf(context, step, each, { items, ends, workspace });
  } catch (error) {
    return failedByError(error, NOTHING_SPENT, false);
  }
}

/** @param options whose `parent` is the workspace of the step, which holds those of the items. */
function itemRunner(context: RunContext, step: Step, options: EachOptions): ItemRunner {
  const { parent: workspace, attempt } = options;
  const before = priorWorkspace(context, step, attempt);
  return {
    async kept(item) {
      const result = before === null ? null : await keptItem(context, before, item);
      // The next resume looks at this attempt.
      if (result !== null) await keepItem(context, workspace, item, result);
      return result;
    },
    async run(itemContext, item, attempt, lastFailure) {
      const name = String(item.index);
      const own = { ...options, attempt, lastFailure, name, item, onStart: () => {} };
      const end = await runAttempt(itemContext, step, own);
      if (end.kind === "completed") await keepItem(context, workspace, item, end.result);
      return end;
    },
  };
}

/** The workspace of the attempt that this one continues, absolute; null when there is none. */
function priorWorkspace(
  { options, root }: RunContext,
  { id }: Step,
  attempt: number,
): string | null {
  const prior = options.continued?.get(id);
  if (prior === undefined || prior.changed || prior.workspace === null) return null;
  return attempt === (options.attempts?.get(id) ?? 0) + 1 ? join(root, prior.workspace) : null;
}

/** So many failed items are named in the reason of their step; the log has all. */
const MAX_NAMED = 5;

interface ItemEnds {
  readonly items: readonly unknown[];
  /** By index; see {@linkcode runItems}. */
  readonly ends: readonly (AttemptEnd | null)[];
  readonly workspace: string;
}

/** The end of the step, out of those of its items. */
async function endOf(
  context: RunContext,
  step: Step,
  each: Each,
  { items, ends, workspace }: ItemEnds,
): Promise<AttemptEnd> {
  const tokens = ends.reduce((sum, end) => addTokens(sum, end?.tokens ?? NO_TOKENS), NO_TOKENS);
  const spent: Spent = { tokens, exitCode: null };
  const failed = ends.flatMap((end, index) => end?.kind === "failed" ? [{ end, index }] : []);
  const [first] = failed;
  if (first !== undefined && each.onFailure === "fail") {
    const names = failed.slice(0, MAX_NAMED).map(({ end, index }) => {
      const name = itemName(context, { index, value: items[index] }, items.length);
      return `${name} failed: ${end.message}`;
    });
    const more = failed.length - names.length;
    const message = [...names, ...more === 0 ? [] : [`and ${more} more`]].join("; ");
    return failedAttempt(spent, message, { retryable: false, contract: first.end.contract });
  }
  if (ends.length < items.length || ends.some((end) => end === null || end.kind === "cancelled")) {
    return cancelledAttempt(context, spent);
  }
  const results = ends.map((end) => end?.kind === "completed" ? end.result : null);
  const artifacts = await collectItems(context, step, results, workspace);
  const paths = { workspace: recordedPath(context, workspace), cwd: workspace };
  const result = { status: "completed", ...paths, artifacts, text: "" } as const;
  return { kind: "completed", ...spent, result };
}
