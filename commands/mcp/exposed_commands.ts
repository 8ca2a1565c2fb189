/** Which commands are tools, what of them is left out, and what they do to the world. */

/** As the protocol's annotations: true to what the command may do at worst. */
export interface Effects {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  /** True where agents and scripts run, which reach whatever they can reach. */
  readonly openWorldHint: boolean;
}

export interface Exposed {
  readonly effects: Effects;
  /** Options that mean nothing without a terminal or a shell, or would break a promise of the tool. */
  readonly without: readonly string[];
  /** Instead of the declaration's description, where that speaks of a terminal. */
  readonly about?: string;
}

const READS: Effects = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
/** A pipeline may do anything, twice if it is started twice. */
const EXECUTES: Effects = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};
/** What is gone or has stopped stays so, however often it is asked for. */
const ENDS: Effects = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: true,
  openWorldHint: false,
};

/** A client may give up after a minute; a call of a tool never blocks longer than this. */
export const LONGEST_WAIT = "50s";
export const LONGEST_WAIT_MS = 50_000;

const AT_ONCE =
  "Returns the run's id as soon as the run is recorded; the run goes on in the background. " +
  "Then call wait, as often as it takes, and why if it failed.";

/** By name of the command. */
export const EXPOSED: Readonly<Record<string, Exposed>> = {
  status: { effects: READS, without: ["watch"] },
  logs: { effects: READS, without: ["follow", "next", "exit-status"] },
  why: { effects: READS, without: [] },
  answer: { effects: READS, without: [] },
  // To copy them elsewhere is to write.
  artifacts: {
    effects: READS,
    without: ["export"],
    about: "Without a run id: the latest run. The path of each is relative to the project; its " +
      "content is also the resource wave://runs/{run}/artifacts/{step}/{name}.",
  },
  list: { effects: READS, without: [] },
  validate: {
    effects: READS,
    without: [],
    about: "Tells every problem with file, line and column. Warnings, such as for unknown keys, " +
      "leave it valid.",
  },
  wait: {
    effects: READS,
    without: [],
    about: `Blocks ${LONGEST_WAIT} at most, or a shorter timeout. With timed_out true they still ` +
      "run: call it again. A step with waiting_for approval waits for a person.",
  },
  run: {
    effects: EXECUTES,
    without: ["detach", "plain"],
    about: `${AT_ONCE} With dry-run true: tells the plan and starts nothing.`,
  },
  resume: {
    effects: EXECUTES,
    without: ["detach", "plain"],
    about: "The same run continues: completed steps keep their results, unless they or what they " +
      `depend on changed. ${AT_ONCE} With plan true: tells what would run again, and starts nothing.`,
  },
  cancel: {
    effects: ENDS,
    without: [],
    about:
      "Without a run id: the run that was started last. Graceful unless force is true: running " +
      `steps finish, and no more are started. With wait true it blocks ${LONGEST_WAIT} at most.`,
  },
  clean: {
    effects: ENDS,
    without: [],
    about:
      "Select the runs by id or by options, which narrow each other. Nobody can be asked for " +
      "confirmation here: call it with dry-run true first, then with force true.",
  },
  approve: {
    effects: { ...EXECUTES, openWorldHint: false },
    without: [],
    about: "Without a choice: tells the question and the choices. Answer only what a person told " +
      "you to answer.",
  },
};
