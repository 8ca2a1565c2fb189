/** `wave logs` (contract, section 3). */
import { NotFoundError, UsageError } from "../../event/errors.ts";
import { type RunStarted, SCHEMA_VERSION } from "../../event/event.ts";
import { waitForRun } from "../../state/live/follow_run.ts";
import { globMatches } from "../../event/glob.ts";
import type { LogPage } from "../../state/trace/read_log.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import type { LogQuery, RunPage } from "../../state/records/run_reader.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { latestRun } from "../../state/nested_runs.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { logs } from "../logs.ts";
import { followLogs } from "./follow_logs.ts";
import { formatCount } from "../output/format.ts";
import {
  isNarrowed,
  type LinesWindow,
  logQuery,
  type LogsValues,
  stepQuery,
  windowOf,
} from "./log_query.ts";
import { exitCodeOfRun, worstExitCode } from "../cli/exit_codes.ts";
import { openRuns, type Runs } from "../runs/open_runs.ts";
import { type LogSource, readLogs } from "./read_logs.ts";
import { runSummaryJson } from "../output/run_json.ts";
import { safeJson, safeLine } from "../output/safe_text.ts";
import { hasSelector, toQuery } from "../runs/selectors.ts";
import { EventStream } from "../output/event_stream.ts";
import { idsText, pageNote } from "../output/run_page.ts";

/** Text is written once this much has gathered. */
const CHUNK = 256 * 1024;

/** The runs whose entries are wanted: those selected, else the latest. */
function choose(runs: Runs, args: readonly string[], options: LogsValues): RunPage {
  const { status, pipeline, limit } = options;
  const selectors = { status, pipeline, limit };
  const narrowed = args.length > 0 || hasSelector(selectors);
  const query = toQuery(runs.resolve(args), selectors);
  if (narrowed) return runs.reader.runs(query);
  const latest = latestRun(runs.reader);
  return latest === null ? { runs: [], total: 0 } : { runs: [latest], total: 1 };
}

/** A step or persona that none of the runs has is a mistake, not an empty answer. */
function requireKnown(runs: readonly ObservedRun[], { step, persona }: LogsValues): void {
  if (runs.length === 0 || (step === undefined && persona === undefined)) return;
  const steps = runs.flatMap((run) => run.steps.map(({ record }) => record));
  const check = (code: string, what: string, name: string, names: readonly string[]) => {
    if (names.includes(name)) return;
    const known = [...new Set(names)].join(", ");
    throw new NotFoundError(code, `Cannot find ${what} "${name}" in the runs that were asked for`, {
      hint: known === "" ? `they have no ${what}s` : `they have ${known}`,
    });
  };
  if (step !== undefined) {
    check(
      "step_not_found",
      "step",
      stepQuery(step).step,
      steps.map(({ id }) => id),
    );
  }
  if (persona === undefined) return;
  const personas = steps.flatMap(({ persona: name }) => (name === null ? [] : [name]));
  check("persona_not_found", "persona", persona, personas);
}

/** One JSON object, its entries copied from the trace as they are read. */
async function printJson(
  context: Context,
  source: string,
  chosen: RunPage,
  page: LogPage,
): Promise<void> {
  const head = {
    schema_version: SCHEMA_VERSION,
    source,
    total: page.total,
    truncated: page.truncated,
    runs: chosen.runs.map(runSummaryJson),
    total_runs: chosen.total,
  };
  let text = `${safeJson(JSON.stringify(head)).slice(0, -1)},"logs":[`;
  let separator = "";
  for (const { line } of page.entries) {
    text += separator + line;
    separator = ",";
    if (text.length < CHUNK) continue;
    await context.stdout.send(text);
    text = "";
  }
  await context.stdout.send(`${text}]}\n`);
}

/** Prints entries as text. Returns how many there were. */
async function printText(
  context: Context,
  runs: readonly ObservedRun[],
  page: LogPage,
  query: LogQuery,
): Promise<number> {
  const withRun = runs.length > 1;
  const stream = new EventStream(context, { withRun, lastLines: isNarrowed(query) });
  let shown = 0;
  for (const entry of page.entries) {
    stream.addEntry(entry);
    if (stream.isFull) await stream.flush();
    shown++;
  }
  await stream.flush();
  return shown;
}

/** What there is more than what was printed, and what entries do not tell: an interruption. */
function note(
  runs: Runs,
  chosen: RunPage,
  page: LogPage,
  window: LinesWindow,
  shown: number,
) {
  const [first, ...others] = chosen.runs;
  if (first === undefined) return pageNote(runs, { runs: [], total: 0 });
  let text = "";
  if (page.total === 0) {
    const where = others.length === 0 ? first.record.id : `${formatCount(chosen.runs.length)} runs`;
    text += `no entry matches in ${safeLine(where)}\n`;
  } else if (page.truncated) {
    const counts = `${formatCount(shown)} of ${formatCount(page.total)}`;
    const { offset, lines } = window;
    const all = lines === "all" ? "" : "; --lines all";
    text += offset === 0
      ? `last ${counts}${all}\n`
      : `${counts}, without the newest ${formatCount(offset)}${all}\n`;
  }
  if (chosen.runs.length < chosen.total) {
    const counts = `${formatCount(chosen.runs.length)} of ${formatCount(chosen.total)}`;
    text += `${counts} runs; a greater --limit shows more\n`;
  }
  for (const { liveness, record, errorMessage } of chosen.runs) {
    if (liveness !== "interrupted") continue;
    text += `${safeLine(`${record.id} failed: ${errorMessage ?? liveness}`)}\n`;
  }
  return text;
}

/** True when what was asked for may yet start: a run that begins is running, and has no id before. */
function mayStart(args: readonly string[], { status }: LogsValues): boolean {
  return args.length === 0 && (status === undefined || status.includes("running"));
}

/** True of a run that somebody started, of a pipeline that was asked for. */
function isWanted({ pipeline_id, data }: RunStarted, { pipeline }: LogsValues): boolean {
  return data.parent === undefined &&
    (pipeline === undefined || globMatches(pipeline, pipeline_id));
}

async function follow(context: Context, args: readonly string[], options: LogsValues) {
  const query = logQuery(options);
  using runs = openRuns(context);
  const paths = wavePaths(runs.root);
  // Before the choice: a run that starts in between is then waited for, and found.
  const known = new Set(runs.reader.idsWithPrefix("", Infinity));
  let sources: readonly LogSource[] = [];
  if (!options.next) {
    const chosen = choose(runs, args, options).runs;
    requireKnown(chosen, options);
    sources = chosen.map(({ record }) => record);
  }
  const waiting = sources.length === 0;
  if (waiting) {
    if (!mayStart(args, options)) return { note: pageNote(runs, { runs: [], total: 0 }) };
    if (!context.quiet) context.stderr.write("waiting for a run to start\n");
    const { signal } = context;
    const id = await waitForRun(paths, { known, wanted: (run) => isWanted(run, options), signal });
    if (id === null) return {};
    sources = [{ id, startedAt: 0 }];
  }
  // Of a run that was waited for, what it recorded before it was noticed is new, too.
  const unlimited = waiting || options.since !== undefined || options.after !== undefined;
  const { lines, offset } = windowOf(options);
  const window = {
    lines: unlimited && options.lines === undefined ? "all" : lines,
    offset,
  } as const;
  return {
    exit: await followLogs(context, paths, sources, {
      query,
      window,
      exitStatus: options["exit-status"],
    }),
  };
}

function checkOptions(args: readonly string[], options: LogsValues): void {
  if (options.next && !options.follow) {
    throw new UsageError("contradicting_options", "Cannot use --next without --follow", {
      hint: "wave logs --follow --next",
    });
  }
  if (options.next && args.length > 0) {
    throw new UsageError("contradicting_options", "Cannot use --next together with a run id");
  }
}

/** Answers a call of `wave logs`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof logs>,
): Promise<Outcome> {
  checkOptions(args, options);
  if (options.follow) return await follow(context, args, options);
  const query = logQuery(options);
  const window = windowOf(options);
  using runs = openRuns(context);
  const chosen = choose(runs, args, options);
  if (context.quiet && context.format === "text") {
    return { text: () => idsText(chosen) };
  }
  requireKnown(chosen.runs, options);
  const limits = { last: window.lines, offset: window.offset };
  const records = chosen.runs.map(({ record }) => record);
  const page = readLogs(context, wavePaths(runs.root), records, query, limits);
  if (context.format === "json") {
    await printJson(context, runs.reader.provenance.source, chosen, page);
  } else {
    const shown = await printText(context, chosen.runs, page, query);
    context.stderr.write(note(runs, chosen, page, window, shown));
  }
  if (!options["exit-status"]) return {};
  const over = chosen.runs.filter(({ status }) => status !== "running" && status !== "pending");
  return { exit: worstExitCode(over.map(({ status }) => exitCodeOfRun(status))) };
}
