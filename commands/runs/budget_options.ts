/** Options by which a command line limits what a run may use. */
export const BUDGET_OPTIONS = {
  "max-usd": {
    kind: "amount",
    placeholder: "dollars",
    summary: "Limit of what the run may cost, with all runs within it, in US dollars",
  },
  "max-tokens": {
    kind: "integer",
    min: 1,
    summary: "Limit of the tokens that the run may use, with all runs within it",
  },
} as const;
