/** `--no-wait`, of the commands that execute a run. */
export const NO_WAIT = {
  kind: "flag",
  summary: "Fail when a usage limit of an agent is reached, instead of waiting until it resets",
} as const;
