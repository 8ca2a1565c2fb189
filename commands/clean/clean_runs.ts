/** `wave clean` (contract, section 3). */
import { ExitCode, OperationError, UsageError } from "../../event/errors.ts";
import { runBytes } from "../../state/removal/remove_runs.ts";
import type { BranchVerdict } from "../../executor/files/remove_branches.ts";
import type { Provenance } from "../../state/records/run_reader.ts";
import type { RunSummary } from "../../state/records/records.ts";
import { namesIn, otherUserOf } from "../../event/files.ts";
import { inspectOwner } from "../../state/live/owner_lock.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { isRemovable, selectForClean } from "./clean_selection.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { clean } from "../clean.ts";
import { removalObstacle } from "../../state/removal/trash.ts";
import { formatCount, formatSize } from "../output/format.ts";
import { openRuns, type Runs } from "../runs/open_runs.ts";
import { safeLine } from "../output/safe_text.ts";
import { isWithinRun, refuseOwnRun, withoutOwnRuns } from "../runs/own_run.ts";
import { selection } from "../runs/select_runs.ts";

type CleanValues = CallOf<typeof clean>["options"];

interface Choice {
  readonly chosen: readonly RunSummary[];
  /** Not to be removed, and named by id, or of a user whose runs may not be touched: never passed over in silence. */
  readonly refused: readonly RunSummary[];
}

/** True of another user's run of which this user may not even see whether it is running. */
function isDenied(root: string, { record: { id }, liveness }: RunSummary): boolean {
  const paths = wavePaths(root);
  return liveness === "unknown" && inspectOwner(paths, id).kind === "unreadable" &&
    otherUserOf(paths.owner(id)) !== null;
}

function choose(
  context: Context,
  runs: Runs,
  args: readonly string[],
  options: CleanValues,
): Choice {
  const { "older-than": olderThan, "keep-last": keepLast, limit, offset } = options;
  const cuts = [olderThan, keepLast, limit, offset].some((cut) => cut !== undefined);
  // Limit and offset count what everything else has left.
  const query = selection(runs, args, { ...options, limit: undefined, offset: undefined });
  if (query === null && !cuts && !options.all && !options["dry-run"]) {
    throw new UsageError("nothing_selected", "Cannot clean without a selection of runs", {
      hint: "for example wave clean --older-than 7d; wave clean --dry-run shows everything",
    });
  }
  const { reader } = runs;
  const isPassedOver = (run: RunSummary) => options.all && isDenied(runs.root, run);
  const matching = reader.summaries(query ?? {});
  // A rank counts those of its pipeline that the selectors leave out, too.
  const ranked = keepLast === undefined || query === null ? matching : reader.summaries({});
  const ids = new Set(matching.map(({ record }) => record.id));
  const filter = { olderThan, keepLast, limit, offset };
  return {
    chosen: selectForClean(ranked, ids, filter, context.now()),
    refused: matching.filter((run) => !isRemovable(run) && (args.length > 0 || isPassedOver(run))),
  };
}

/** True when the user wants it, or need not be asked. */
async function agreed(context: Context, count: number, options: CleanValues): Promise<boolean> {
  if (options.force) return true;
  const what = options.all
    ? "all workspaces, state, and traces"
    : `${formatCount(count)} ${count === 1 ? "run" : "runs"} with workspaces, state, and traces`;
  const also = options.branches ? ", and their branches that are merged or empty" : "";
  const answer = await context.ask(`This will remove ${what}${also}. Continue? [y/N] `);
  if (answer === null) {
    throw new OperationError("not_confirmed", "Cannot ask for confirmation without a terminal", {
      hint: "add --force",
    });
  }
  return /^y(es)?$/i.test(answer.trim());
}

interface Cleaned {
  readonly id: string;
  readonly pipeline: string;
  readonly status: RunSummary["status"];
  readonly bytes: number;
}

function outcome(
  context: Context,
  cleaned: readonly Cleaned[],
  { source, dryRun, refused, branches = null }: {
    source: Provenance["source"];
    dryRun: boolean;
    refused: readonly { id: string; reason: string }[];
    /** Null unless they were asked for. */
    branches?: readonly BranchVerdict[] | null;
  },
): Outcome {
  const bytes = cleaned.reduce((sum, run) => sum + run.bytes, 0);
  for (const { id, reason } of refused) {
    context.stderr.write(safeLine(`error: Cannot remove ${id}: ${reason}`) + "\n");
  }
  const verb = dryRun ? "would remove" : "removed";
  return {
    exit: refused.length > 0 ? ExitCode.failed : ExitCode.done,
    json: {
      source,
      runs: cleaned,
      removed: dryRun ? 0 : cleaned.length,
      bytes,
      dry_run: dryRun,
      refused,
      ...(branches === null ? {} : { branches }),
    },
    text() {
      if (context.quiet) return cleaned.map(({ id }) => `${safeLine(id)}\n`).join("");
      const branchLines = (branches ?? []).map(({ branch, removed, reason }) =>
        safeLine(`${removed ? `${verb} branch ${branch}` : `branch ${branch} stays`}: ${reason}`) +
        "\n"
      ).join("");
      if (cleaned.length === 0) return branchLines + "nothing to remove\n";
      const lines = cleaned.map((run) =>
        `${verb} ${safeLine(run.id)} (${run.status}, ${formatSize(run.bytes)})\n`
      );
      const count = `${formatCount(cleaned.length)} ${cleaned.length === 1 ? "run" : "runs"}`;
      return `${lines.join("")}${branchLines}${verb} ${count}, ${formatSize(bytes)}\n`;
    },
  };
}

/** Answers a call of `wave clean`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof clean>,
): Promise<Outcome> {
  using runs = openRuns(context);
  const { chosen, refused } = choose(context, runs, args, options);
  const { source } = runs.reader.provenance;
  if (!options["allow-self"] && isWithinRun(context)) {
    for (const { record } of chosen) {
      const run = runs.reader.run(record.id);
      if (run !== null) refuseOwnRun(context, runs.reader, run, "clean");
    }
  }
  if (options.all && !options["allow-self"] && isWithinRun(context)) {
    // Those that run stay anyway; that these are among them may be news.
    withoutOwnRuns(
      context,
      runs.reader,
      runs.reader.runs({ statuses: ["pending", "running"] }).runs,
    );
  }
  const active = refused.map((run) => ({
    id: run.record.id,
    reason: isDenied(runs.root, run)
      ? "it is another user's, and whether it is running may not be looked at"
      : `it is ${run.liveness === "alive" ? "running" : run.liveness}`,
  }));
  /** The chosen runs that `sizes` tells of. */
  const cleaned = (sizes: ReadonlyMap<string, number>): Cleaned[] =>
    chosen.flatMap(({ record: { id, pipeline }, status }) => {
      const bytes = sizes.get(id);
      return bytes === undefined ? [] : [{ id, pipeline, status, bytes }];
    });
  if (options["dry-run"]) {
    const stays = chosen.flatMap(({ record: { id } }) => {
      const reason = removalObstacle(wavePaths(runs.root), id);
      return reason === null ? [] : [{ id, reason }];
    });
    const staying = new Set(stays.map(({ id }) => id));
    const removable = chosen.filter(({ record: { id } }) => !staying.has(id));
    const sizes = cleaned(
      new Map(removable.map(({ record: { id } }) => [id, runBytes(runs.root, id)])),
    );
    const branches = options.branches
      ? await (await import("./preview_branches.ts")).previewBranches(context, runs.root, removable)
      : null;
    const refused = [...active, ...stays];
    return outcome(context, sizes, { source, dryRun: true, refused, branches });
  }
  // What an earlier call could not delete is tried again by each.
  if (chosen.length === 0 && namesIn(wavePaths(runs.root).trash).length === 0) {
    const branches = options.branches ? [] : null;
    return outcome(context, [], { source, dryRun: false, refused: active, branches });
  }
  // What is waited for is told before the wait.
  runs.warn();
  if (chosen.length > 0 && !await agreed(context, chosen.length, options)) {
    throw new OperationError("declined", "The removal was declined: nothing was removed", {
      hint: "answer y, or use --force",
    });
  }
  // A preview does without what writes.
  const { removeChosen } = await import("./remove_chosen.ts");
  const result = await removeChosen(context, runs.root, chosen, options.branches);
  const left = new Set(result.leftovers.map(({ id }) => id));
  const whole = result.removed.filter(({ id }) => !left.has(id));
  const leftovers = result.leftovers.map(({ id, reason }) => ({
    id,
    reason: `its files are still in .wave/trash, and the next clean tries again: ${reason}`,
  }));
  return outcome(context, cleaned(new Map(whole.map(({ id, bytes }) => [id, bytes]))), {
    source,
    dryRun: false,
    refused: [...active, ...result.refused, ...leftovers],
    branches: result.branches,
  });
}
