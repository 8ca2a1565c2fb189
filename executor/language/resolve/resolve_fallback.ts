/** Who takes over when the model of an agent cannot be had: of the step, else of its persona, else of all. */
import type { FallbackAgent, Manifest } from "../model/manifest.ts";
import type { Step } from "../model/pipeline.ts";

type FallbackShape = readonly (string | { readonly adapter: string; readonly model: string })[];

export function fallbackOf(shape: FallbackShape): FallbackAgent[] {
  return shape.map((each) => typeof each === "string" ? { adapter: null, model: each } : each);
}

/** The step with those that its persona, or the manifest, names, where it names none; an empty list is one. */
export function withFallback(step: Step, { personas, runtime }: Manifest): Step {
  const who = personas[step.persona ?? ""];
  const fallback = step.fallback ?? who?.fallback ?? runtime.fallback ?? [];
  if (step.action.kind !== "prompt" || fallback.length === 0) return step;
  return { ...step, fallback };
}
