/** `wave cancel` (contract, section 3). */
import { ExitCode, UsageError } from "../../event/errors.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { runsAround } from "../../state/nested_runs.ts";
import type { RunPage } from "../../state/records/run_reader.ts";
import type { ObservedRun, Requester } from "../../state/records/records.ts";
import { type CancelResult, cancelRun } from "./cancel_run.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import { userName } from "../cli/user_name.ts";
import type { cancel } from "../cancel.ts";
import { openRecords, type Records } from "../execution/open_records.ts";
import { type LeftOver, leftOverNote, leftOvers } from "../execution/left_over.ts";
import { hasSelector } from "../runs/selectors.ts";
import { openRuns, type Runs } from "../runs/open_runs.ts";
import { RunErrors } from "../output/run_errors.ts";
import { safeLine } from "../output/safe_text.ts";
import { refuseOwnRun, withoutOwnRuns } from "../runs/own_run.ts";
import { selection } from "../runs/select_runs.ts";
import { leftOutNote } from "../output/run_page.ts";

const ACTIVE = ["pending", "running"] as const;

/** The runs to cancel: those named; of selectors and `--all` the running ones; else the latest. */
function choose(
  context: Context,
  runs: Runs,
  args: readonly string[],
  options: CallOf<typeof cancel>["options"],
  leftOver: readonly LeftOver[],
): RunPage {
  const query = selection(runs, args, options);
  if (args.length > 0) return runs.reader.runs(query ?? {});
  const statuses = options.status?.filter((status) => ACTIVE.some((active) => active === status)) ??
    ACTIVE;
  if (query !== null || options.all) {
    const page = runs.reader.runs({ ...query, statuses });
    if (!options.all || options["allow-self"]) return page;
    const others = withoutOwnRuns(context, runs.reader, page.runs);
    return { runs: others, total: page.total - page.runs.length + others.length };
  }
  // Of a run within a run the whole of it is meant.
  const [latest] = runs.reader.runs({ limit: 1, statuses }).runs;
  if (latest === undefined) {
    const [left] = leftOver;
    return left === undefined ? { runs: [], total: 0 } : { runs: [left.run], total: 1 };
  }
  const around = [...runsAround(runs.reader, latest)]
    .filter(({ status }) => ACTIVE.some((active) => active === status));
  return { runs: [around.at(-1) ?? latest], total: 1 };
}

/** What to say where no run was chosen: that none is running, or that those were not asked for. */
function noneChosen(runs: Runs, args: readonly string[]): string {
  if (args.length > 0) return "no run matches\n";
  const { total } = runs.reader.runs({ limit: 1, statuses: ACTIVE });
  return total === 0 ? "nothing running\n" : "no running run matches\n";
}

function sentence({ id, status, liveness, outcome }: CancelResult): string {
  const run = safeLine(id);
  switch (outcome) {
    case "over":
      return `${run} is over: ${status ?? "removed"}`;
    case "requested":
      if (liveness === "stalled") {
        return `${run} was asked to stop, but its process does nothing; ` +
          `wave cancel ${run} --force ends it`;
      }
      if (liveness === "unknown") {
        return `${run} was asked to stop; nothing here tells whether its process is there`;
      }
      return `${run} is cancelling: running steps finish, nothing more starts`;
    case "settled":
      return `${run} was interrupted; recorded as ${status ?? "removed"}`;
    case "timed_out":
      if (liveness === "unknown") {
        return `${run} has not stopped; nothing here tells whether its process is there`;
      }
      return `${run} is still running; wave cancel ${run} --force ends it now`;
    case "stopped":
      return `${run} ${status ?? "was removed"}`;
  }
}

/** Looks at the runs afresh each time: they change while we wait. */
function lookAgain(runs: Runs): (id: string) => ObservedRun | null {
  return (id) => {
    using now = runs.reopen();
    return now.reader.run(id);
  };
}

function requester(context: Context): Requester {
  return { user: userName(context), pid: Deno.pid };
}

async function cancelAll(
  context: Context,
  runs: Runs,
  chosen: readonly ObservedRun[],
  options: CallOf<typeof cancel>["options"],
): Promise<{ results: CancelResult[]; errors: RunErrors }> {
  const paths = wavePaths(runs.root);
  await using stack = new AsyncDisposableStack();
  let opened: Promise<Records> | null = null;
  const records = () => opened ??= openRecords(context, runs.root).then((one) => stack.use(one));
  const errors = new RunErrors();
  const results = await Promise.all(
    chosen.map((run) =>
      errors.attempt(run.record.id, () => {
        if (!options["allow-self"]) refuseOwnRun(context, runs.reader, run, "cancel");
        return cancelRun(paths, run, {
          force: options.force,
          ownerGone: options["owner-gone"],
          wait: options.wait,
          timeoutMs: options.timeout ?? Infinity,
          ownerActsWithinMs: context.patience.ownerActsWithinMs,
          signal: context.signal,
          by: requester(context),
          now: context.now,
          waiting: (id) => {
            if (!context.quiet) context.stderr.write(`waiting for ${safeLine(id)} to stop\n`);
          },
          look: lookAgain(runs),
          records,
        });
      })
    ),
  );
  return { results: results.filter((result) => result !== null), errors };
}

/** Answers a call of `wave cancel`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof cancel>,
): Promise<Outcome> {
  if (options.timeout !== undefined && !options.wait) {
    throw new UsageError("contradicting_options", "Cannot use --timeout without --wait", {
      hint: "add --wait",
    });
  }
  if (options["owner-gone"] && args.length === 0) {
    throw new UsageError(
      "missing_argument",
      "Cannot use --owner-gone without the ids of the runs",
      {
        hint: "wave cancel <run-id> --owner-gone",
      },
    );
  }
  using runs = openRuns(context);
  const named = args.length > 0 || options.all || hasSelector(options);
  const leftOver = named ? [] : await leftOvers(runs.reader);
  const chosen = choose(context, runs, args, options, leftOver);
  const others = leftOver.filter(({ run }) => !chosen.runs.includes(run));
  if (!context.quiet) context.stderr.write(leftOverNote(others));
  const page = { total: chosen.total, truncated: chosen.runs.length < chosen.total };
  if (chosen.runs.length === 0) {
    const json = { source: runs.reader.provenance.source, ...page, runs: [] };
    return { json, note: noneChosen(runs, args) };
  }
  const { results, errors } = await cancelAll(context, runs, chosen.runs, options);
  const text = results.map((result) =>
    context.quiet ? `${safeLine(result.id)}\n` : `${sentence(result)}\n`
  ).join("");
  errors.throwIfAlone(results);
  errors.print(context);
  const late = results.some(({ outcome }) => outcome === "timed_out");
  return {
    exit: errors.exit ?? (late ? ExitCode.failed : ExitCode.done),
    json: { source: runs.reader.provenance.source, ...page, runs: results, ...errors.json },
    text: () => text,
    note: page.truncated ? leftOutNote(chosen) : "",
  };
}
