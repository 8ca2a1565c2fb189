import { NotFoundError, OperationError } from "../../event/errors.ts";
import { writeRequested } from "../../event/files.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { latestRun } from "../../state/nested_runs.ts";
import { explainRun } from "../causes/explain_run.ts";
import { runsWithin } from "../causes/runs_within.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import { junitXml } from "../output/junit.ts";
import { safeLine } from "../output/safe_text.ts";
import { openRuns, type Runs } from "../runs/open_runs.ts";
import type { report } from "../report.ts";
import { reportPage } from "./report_page.ts";
import { stepOutputs } from "./step_output.ts";

async function htmlOf({ root, reader }: Runs, run: ObservedRun): Promise<string> {
  return await reportPage({
    explanation: explainRun(root, reader, run),
    artifacts: reader.artifacts(run.record.id),
    outputs: stepOutputs(wavePaths(root), run.record.id, run.steps.length),
  });
}

/** @throws {OperationError} `open_failed`; the report is written all the same. */
async function openFile(path: string): Promise<void> {
  const program = Deno.build.os === "darwin" ? "open" : "xdg-open";
  try {
    const { success } = await new Deno.Command(program, {
      args: [path],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    if (success) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new OperationError("open_failed", `Cannot open "${path}": ${program} did not`, {
    hint: "open it in a browser",
  });
}

/** Answers a call of `wave report`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof report>,
): Promise<Outcome> {
  using runs = openRuns(context);
  const [id] = runs.resolve(args);
  const chosen = id === undefined ? latestRun(runs.reader) : runs.reader.run(id);
  if (chosen === null) {
    throw new NotFoundError("run_not_found", "Cannot report: There is no run", {
      hint: "wave list pipelines",
    });
  }
  const kind = options.junit ? "junit" : "html";
  const { record } = chosen;
  const name = options.output ?? `${record.id}.${options.junit ? "xml" : "html"}`;
  const path = name.startsWith("/") ? name : `${context.cwd}/${name}`;
  const text = options.junit
    ? junitXml(chosen, runsWithin(runs.root, runs.reader, chosen))
    : await htmlOf(runs, chosen);
  writeRequested(path, text, "report_failed");
  if (options.open) await openFile(path);
  return {
    json: {
      source: runs.reader.provenance.source,
      run_id: record.id,
      kind,
      path: name,
      size_bytes: new TextEncoder().encode(text).length,
    },
    text: () => `${safeLine(name)}\n`,
  };
}
