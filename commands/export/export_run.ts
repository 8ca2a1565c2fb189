import { NotFoundError, OperationError, UsageError } from "../../event/errors.ts";
import { writeRequested } from "../../event/files.ts";
import { latestRun } from "../../state/nested_runs.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import { safeJson, safeLine } from "../output/safe_text.ts";
import { openRuns } from "../runs/open_runs.ts";
import { isActive } from "../runs/select_runs.ts";
import type { exportCommand } from "../export.ts";
import { otlpLines } from "./otlp_lines.ts";
import { type TracedRun, traceRuns } from "./traced_runs.ts";

/** @throws {UsageError} `missing_option`, `contradicting_options`. */
function targetOf({ format }: Context, otlp: string | undefined): string {
  if (otlp === undefined || otlp === "") {
    throw new UsageError("missing_option", "Cannot export without a form to export to", {
      hint: "wave export @latest --otlp run.jsonl",
    });
  }
  if (otlp === "-" && format === "json") {
    throw new UsageError("contradicting_options", "Cannot use --otlp - with --format json", {
      hint: "it is JSON as it is; with a file, --format json says what was written",
    });
  }
  return otlp;
}

function linesOf({ run: { record }, spans }: TracedRun): string {
  return otlpLines(spans, {
    "host.name": record.owner.host,
    "cicd.pipeline.name": record.pipeline,
    "cicd.pipeline.run.id": record.id,
  });
}

/** Answers a call of `wave export`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof exportCommand>,
): Promise<Outcome> {
  const target = targetOf(context, options.otlp);
  using runs = openRuns(context);
  const [id] = runs.resolve(args);
  const chosen = id === undefined ? latestRun(runs.reader) : runs.reader.run(id);
  if (chosen === null) {
    throw new NotFoundError("run_not_found", "Cannot export: There is no run", {
      hint: "wave list pipelines",
    });
  }
  const { record } = chosen;
  if (isActive(chosen)) {
    throw new OperationError("run_is_running", `Cannot export ${record.id}: it is running`, {
      hint: `wave wait ${record.id}`,
    });
  }
  const { traced, gone } = await traceRuns(runs, chosen);
  const text = traced.map(linesOf).join("");
  const note = gone.map((one) => `left out, its record is gone: ${safeLine(one)}\n`).join("");
  if (target === "-") return { text: () => safeJson(text), note };
  writeRequested(
    target.startsWith("/") ? target : `${context.cwd}/${target}`,
    text,
    "export_failed",
  );
  return {
    json: {
      source: runs.reader.provenance.source,
      run_id: record.id,
      kind: "otlp",
      path: target,
      runs: traced.map(({ run }) => run.record.id),
      gone,
      trace_id: traced[0]?.spans[0]?.traceId ?? null,
      spans: traced.reduce((sum, { spans }) => sum + spans.length, 0),
      size_bytes: new TextEncoder().encode(text).length,
    },
    text: () => `${safeLine(target)}\n`,
    note,
  };
}
