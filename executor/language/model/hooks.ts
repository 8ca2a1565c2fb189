/** Scripts that are told how a run goes. */

/** When a hook runs: once its run has started, and at each way in which it can end. */
export const MOMENTS = ["started", "completed", "failed", "cancelled"] as const;

export type Moment = typeof MOMENTS[number];

/** Scripts by their moment. They are no templates: what they are told is in variables. */
export type Hooks = Readonly<Partial<Record<Moment, string>>>;
