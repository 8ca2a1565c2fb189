/** What to type next, of a run as it is. */
import { budgetOf, raisingOptions } from "../output/budget_text.ts";
import { safeLine } from "../output/safe_text.ts";
import type { RunStory } from "./run_story.ts";

/** The command that goes on from here, exactly as it is to be typed. */
export function nextCommand({ run, outermost }: Pick<RunStory, "run" | "outermost">): string {
  const { id, inputRedacted } = run.record;
  const waiting = run.steps.find((step) => step.waiting);
  if (waiting !== undefined) {
    return `wave approve ${safeLine(id)} --step ${safeLine(waiting.record.id)}`;
  }
  if (run.status === "completed") return `wave artifacts ${safeLine(id)}`;
  if (run.status === "running" || run.status === "pending") return `wave logs ${safeLine(id)} -f`;
  // What was redacted must be given again; nobody else knows it.
  const input = inputRedacted && outermost === id ? ' --input "…"' : "";
  // What a run within this one used up is what is left around it.
  const more = outermost === id ? raisingOptions(budgetOf(run.record, run.elapsedMs)) : "";
  return `wave resume ${safeLine(outermost)}${input}${more}`;
}
