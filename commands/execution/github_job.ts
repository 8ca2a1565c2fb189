/** What a job of GitHub Actions is told of a run that it executed: annotations, and the summary of its step. */
import { pipelineNames } from "../../executor/language/load_definitions.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import { allSteps } from "../../executor/planning/planned_steps.ts";
import { openReader } from "../../state/open_reader.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import type { Context } from "../cli/command.ts";
import {
  type Annotation,
  annotationLines,
  isOnGithub,
  repositoryPath,
} from "../output/github_annotation.ts";
import { printWarning } from "../output/print.ts";
import { runMarkdown } from "../output/run_markdown.ts";
import { isWithinRun } from "../runs/own_run.ts";

/** Bytes that the summary of one step may have; GitHub refuses a longer one whole. */
export const MOST_SUMMARY_BYTES = 1 << 20;

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/**
 * Whole lines of `text` that fit into so many bytes; where not all do, `rest` says last how many are missing.
 * Nothing where not even that fits.
 */
export function fitLines(text: string, room: number, rest: (missing: number) => string): string {
  if (bytesOf(text) <= room) return text;
  const lines = text.split("\n").slice(0, -1);
  let left = room - bytesOf(rest(lines.length));
  if (left < 0) return "";
  const kept = lines.findIndex((line) => (left -= bytesOf(line) + 1) < 0);
  const shown = lines.slice(0, kept).map((line) => `${line}\n`).join("");
  return shown + rest(lines.length - kept);
}

/** The failures of a run, each at its step in the file; of one without a failed step the run's own. */
export function failuresOf(
  run: ObservedRun,
  pipeline: Pick<Pipeline, "steps">,
  file: string | undefined,
): Annotation[] {
  const places = new Map([...allSteps(pipeline.steps)].map(({ id, position }) => [id, position]));
  const severity = run.status === "completed" ? "warning" : "error";
  const ofSteps = run.steps.flatMap(({ record, status, errorMessage }): Annotation[] => {
    if (status !== "failed") return [];
    const place = places.get(record.id);
    return [{
      severity,
      ...file === undefined || place === undefined ? {} : { at: { file, ...place } },
      title: `${run.record.pipeline}: ${record.id}`,
      message: errorMessage ?? "",
    }];
  });
  if (ofSteps.length > 0 || run.status === "completed") return ofSteps;
  const message = run.errorMessage ?? run.status;
  return [{
    severity,
    ...file === undefined ? {} : { at: { file, line: 1, column: 1 } },
    title: run.record.pipeline,
    message: run.status === "cancelled" && message !== "" ? `the run was ${message}` : message,
  }];
}

function writeSummary(context: Context, run: ObservedRun): void {
  const path = context.env("GITHUB_STEP_SUMMARY") ?? "";
  if (path === "") return;
  const more = (missing: number) =>
    `\n… and ${missing} more lines: wave status ${run.record.id} --format markdown\n`;
  try {
    using file = Deno.openSync(path, { append: true, create: true });
    const room = MOST_SUMMARY_BYTES - file.statSync().size;
    const bytes = new TextEncoder().encode(fitLines(`${runMarkdown(run)}\n`, room, more));
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  } catch (error) {
    // The run is over, and its result does not hang on what GitHub shows of it.
    const reason = error instanceof Error ? error.message : String(error);
    printWarning(context, `Cannot write the summary of the job: ${reason}`);
  }
}

/**
 * Tells the job how a run ended. Nothing elsewhere, with `-q`, or within a step of another run, whose own end is
 * told.
 */
export function tellGithub(
  context: Context,
  root: string,
  runId: string,
  pipeline: Pipeline,
): void {
  if (!isOnGithub(context) || context.quiet || isWithinRun(context)) return;
  using reader = openReader(root, { now: () => context.now() });
  const run = reader.run(runId);
  if (run === null) return;
  const defined = pipelineNames(root).get(pipeline.name);
  const file = defined === pipeline.file ? repositoryPath(context, root, pipeline.file) : undefined;
  context.stderr.write(annotationLines(failuresOf(run, pipeline, file)));
  writeSummary(context, run);
}
