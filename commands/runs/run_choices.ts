/** What one chooses for a run on the command line (contract, section 11): `run`, `resume` and `do`. */
import type { Options } from "../cli/command.ts";

/** Another agent, without a change of the definitions. */
export const AGENT_CHOICE = {
  model: {
    kind: "text",
    summary: "The model of every agent of the run, instead of those that are defined",
    placeholder: "name",
  },
  adapter: {
    kind: "text",
    summary: "The adapter of every agent of the run, instead of those that are defined",
    placeholder: "name",
    complete: "adapter",
  },
} as const satisfies Options;

/** Another manifest than the project's. */
export const MANIFEST_CHOICE = {
  manifest: {
    kind: "text",
    summary: "Take this file of the project for its manifest, instead of wave.yaml",
    placeholder: "file",
    complete: "file",
  },
} as const satisfies Options;

export const GATE_CHOICE = {
  "auto-approve": {
    kind: "flag",
    summary: "Answer every gate with its default, or with its first choice that goes on",
  },
  answer: {
    kind: "texts",
    summary: "What a gate is answered, once for each; it comes before --auto-approve",
    placeholder: "gate=choice",
  },
} as const satisfies Options;

/** `step` completes the names: those of a pipeline, or of a run. */
export function stepChoice<const C extends "step" | "pipeline-step">(complete: C) {
  return {
    steps: {
      kind: "text",
      summary: "Only these steps, separated by commas; globs such as 'test-*'",
      placeholder: "list",
      complete,
      isList: true,
    },
    exclude: {
      kind: "text",
      summary: "All steps but these, separated by commas; globs such as 'test-*'",
      placeholder: "list",
      complete,
      isList: true,
    },
  } as const satisfies Options;
}
