/** What steps used besides the tokens that their own agents told, as events make it a part of the record. */
import type { StepUse, Tokens } from "../../event/event.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";
import type { RunRecord, StepRecord } from "./records.ts";

/** All that a run used: by its steps, by those that are no longer in its pipeline, and by the runs within it. */
export function tokensOfRun(
  { tokens, steps, gone }: {
    readonly tokens: Tokens;
    readonly steps: readonly { readonly use?: StepUse | undefined }[];
    readonly gone?: StepUse | undefined;
  },
): Tokens {
  const inner = [...steps.map(({ use }) => use), gone].map((part) => part?.inner ?? NO_TOKENS);
  return inner.reduce(addTokens, tokens);
}

/** All that a step used: by its own agents, and by the runs that it ran. */
export function tokensOfStep(
  { tokens, use }: { readonly tokens: Tokens; readonly use?: StepUse | undefined },
): Tokens {
  return use?.inner === undefined ? tokens : addTokens(tokens, use.inner);
}

/** As a part of a record, which has no key for nothing. */
export function usedBy(
  { use }: { readonly use?: StepUse | undefined },
): { readonly use?: StepUse } {
  return use === undefined ? {} : { use };
}

/** What was spent stays spent, although its step is no longer among the steps of `now`. */
export function goneUse(
  { gone, steps: before }: RunRecord,
  now: readonly StepRecord[],
): StepUse | undefined {
  const ids = new Set(now.map(({ id }) => id));
  const left = before.filter(({ id, tokens, use }) =>
    !ids.has(id) && (tokens.total > 0 || tokens.cost_usd !== undefined || use !== undefined)
  );
  return left.reduce<StepUse | undefined>((sum, { tokens, use }) => ({
    attempts: (sum?.attempts ?? 0) + (use?.attempts ?? 0),
    inner: [tokens, use?.inner ?? NO_TOKENS].reduce(addTokens, sum?.inner ?? NO_TOKENS),
  }), gone);
}
