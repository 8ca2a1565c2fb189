/** Runs a step once for each item of a list (`iterate`, `strategy: matrix`). */
import { join } from "@std/path";
import type { Each, Step } from "../language/model/pipeline.ts";
import { type Mark, newMark, nonceChain } from "../processes/process_marker.ts";
import type { RunContext } from "../run/run_context.ts";
import { isOutOfBudget } from "../run/stop.ts";
import { makeWorkspace } from "../workspace/make_workspace.ts";
import { UnmetNeed } from "../run/unmet_condition.ts";
import { prepareWorkspace, recordedPath } from "../workspace/prepare_workspace.ts";
import { lookupIn } from "../workspace/template_values.ts";
import {
  cancelledAttempt,
  failedAttempt,
  failedByError,
  isStop,
  NOTHING_SPENT,
  skippedAttempt,
  type Spent,
  type StepAttemptsEnd,
} from "./attempt_end.ts";
import { askCondition, type Condition, isOfItem, withoutItem } from "./ask_condition.ts";
import { collectItems } from "./collect_items.ts";
import { keepItem, keptItem } from "./completed_items.ts";
import { itemName } from "./item_name.ts";
import { listItems } from "./list_items.ts";
import { type AttemptOptions, runAttempt } from "./run_attempt.ts";
import { type ItemRunner, runItems } from "./run_items.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";

export type EachOptions = Omit<AttemptOptions, "lastFailure" | "condition">;

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
): Promise<StepAttemptsEnd | null> {
  if (context.graceful.aborted) return null;
  const workspace = makeWorkspace(options.parent, options.name, options.attempt);
  const mark = newMark();
  options.onStart({ nonce: mark.nonce, workspace: recordedPath(context, workspace) });
  const outer = nonceChain({ outer: options.outer, mark });
  const perItem = isOfItem(step);
  try {
    const refused = perItem
      ? null
      : await askForAll(context, step, workspace, { ...options, mark });
    if (refused !== null) return refused;
    const items = listItems(context, step, each, options.frame);
    const runner = itemRunner(context, perItem ? step : { ...step, when: undefined }, {
      ...options,
      parent: workspace,
      outer,
    });
    const ends = await runItems(context, step, each, items, runner);
    return await endOf(context, step, each, { items, ends, workspace });
  } catch (error) {
    if (isStop(context, error)) return cancelledAttempt(context, NOTHING_SPENT);
    if (error instanceof UnmetNeed) return skippedAttempt(error);
    return failedByError(error, NOTHING_SPENT, false);
  }
}

/** The condition of a step that does not ask about its items. Null when the step is to run. */
async function askForAll(
  context: RunContext,
  step: Step,
  workspace: string,
  { frame, attempt, outer, mark }: EachOptions & { readonly mark: Mark },
): Promise<StepAttemptsEnd | null> {
  if (step.when === undefined) return null;
  const asked = withoutItem(step);
  const startedAt = new Date(context.options.clock.now()).toISOString();
  const scope = { stepId: step.id, startedAt, iteration: frame.iteration, item: null };
  const lookup = lookupIn(context, scope);
  const folders = await prepareWorkspace(context, asked, workspace, lookup);
  const traceparent = await context.traceparent(step.id, attempt);
  const work = {
    ...{ step: asked, attempt, folders, mark, outer, traceparent, lookup, lastFailure: null },
  };
  return await askCondition(context, work, { isMet: false }, { holdsSlot: false });
}

/** @param options whose `parent` is the workspace of the step, which holds those of the items. */
function itemRunner(context: RunContext, step: Step, options: EachOptions): ItemRunner {
  const { parent: workspace, attempt } = options;
  const before = priorWorkspace(context, step, attempt);
  const conditions: Condition[] = [];
  return {
    async kept(item) {
      const result = before === null ? null : await keptItem(context, before, item);
      // The next resume looks at this attempt.
      if (result !== null) await keepItem(context, workspace, item, result);
      return result;
    },
    async run(itemContext, item, acting, { attempt, lastFailure }) {
      const name = String(item.index);
      const condition = conditions[item.index] ??= { isMet: false };
      const own = { ...options, attempt, lastFailure, name, item, condition, onStart: () => {} };
      const end = await runAttempt(itemContext, { ...acting, when: step.when }, own);
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
  readonly ends: readonly (StepAttemptsEnd | null)[];
  readonly workspace: string;
}

/** The end of the step, out of those of its items. */
async function endOf(
  context: RunContext,
  step: Step,
  each: Each,
  { items, ends, workspace }: ItemEnds,
): Promise<StepAttemptsEnd> {
  const tokens = ends.reduce((sum, end) => addTokens(sum, end?.tokens ?? NO_TOKENS), NO_TOKENS);
  const spent: Spent = { tokens, exitCode: null };
  const failed = ends.flatMap((end, index) => end?.kind === "failed" ? [{ end, index }] : []);
  const [first] = failed;
  // A budget that is used up ends what `continue` goes on with.
  const endsAll = each.onFailure === "fail" || isOutOfBudget(context);
  if (first !== undefined && endsAll) {
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
  const [skipped] = ends;
  // Not for what the items are: they need the result of another step.
  if (skipped?.kind === "skipped" && ends.every((end) => end?.kind === "skipped")) {
    if (skipped.unmet !== step.id) return skipped;
  }
  const results = ends.map((end) => end?.kind === "completed" ? end.result : null);
  const artifacts = await collectItems(context, step, results, workspace);
  const paths = { workspace: recordedPath(context, workspace), cwd: workspace };
  const result = { status: "completed", ...paths, artifacts, text: "" } as const;
  return { kind: "completed", ...spent, result };
}
