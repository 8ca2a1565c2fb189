/** `wave artifacts` (contract, section 3). */
import { ExitCode, NotFoundError, UsageError } from "../event/errors.ts";
import { globMatches } from "../state/records/glob.ts";
import type { ArtifactRecord } from "../state/records/records.ts";
import { latestRun } from "../state/nested_runs.ts";
import { type ArtifactState, readArtifact } from "./artifacts/read_artifact.ts";
import { command, type Context, type Outcome } from "./cli/command.ts";
import { paint } from "./output/color.ts";
import { exportArtifacts, type ExportResult } from "./artifacts/export_artifacts.ts";
import { formatSize, isoTime } from "./output/format.ts";
import { safeLine } from "./output/safe_text.ts";
import { renderTable } from "./output/render_table.ts";
import { openRuns } from "./runs/open_runs.ts";
import { NO_RUNS } from "./status/status_view.ts";

interface Checked {
  readonly artifact: ArtifactRecord;
  readonly state: ArtifactState;
}

function json({ artifact, state }: Checked): Record<string, unknown> {
  return {
    run_id: artifact.runId,
    step_id: artifact.stepId,
    name: artifact.name,
    type: artifact.type,
    size_bytes: artifact.sizeBytes,
    sha256: artifact.sha256,
    path: artifact.path,
    created_at: isoTime(artifact.createdAt),
    modified_at: isoTime(artifact.modifiedAt),
    exists: state !== "missing",
    state,
  };
}

function paths(list: readonly Checked[]): string {
  return list.map(({ artifact }) => `${safeLine(artifact.path)}\n`).join("");
}

function table(list: readonly Checked[], color: boolean): string {
  if (list.length === 0) return "";
  const worrying = list.some(({ state }) => state !== "ok");
  const columns = ["Step", "Artifact", "Type", "Size", "Path", ...worrying ? ["State"] : []];
  const rows = list.map(({ artifact, state }) => [
    safeLine(artifact.stepId),
    safeLine(artifact.name),
    artifact.type === null ? "-" : safeLine(artifact.type),
    formatSize(artifact.sizeBytes),
    safeLine(artifact.path),
    ...worrying ? [paint(color && state !== "ok", "red", state)] : [],
  ]);
  return renderTable([columns.map((column) => paint(color, "bold", column)), ...rows]);
}

/** Says on stderr what could not be exported. */
function complain(context: Context, result: ExportResult): void {
  if (result.state === "ok") return;
  const { stepId, name } = result.artifact;
  const what = `Cannot export ${stepId}/${name}: ${result.reason}`;
  context.stderr.write(`error: ${safeLine(what)}\n`);
}

async function exported(
  context: Context,
  root: string,
  list: readonly ArtifactRecord[],
  dir: string,
): Promise<Outcome> {
  const target = dir.startsWith("/") ? dir : `${context.cwd}/${dir}`;
  const results = await exportArtifacts(root, list, target);
  for (const result of results) complain(context, result);
  const shown = (path: string) => (path === target ? dir : `${dir}${path.slice(target.length)}`);
  const incomplete = results.some(({ state }) => state !== "ok");
  return {
    exit: incomplete ? ExitCode.failed : ExitCode.done,
    json: {
      artifacts: results.map((result) => ({
        ...json({
          artifact: result.artifact,
          state: result.state === "refused" ? "changed" : result.state,
        }),
        reason: result.state === "ok" ? null : result.reason,
      })),
      exported: results.flatMap((result) => result.state === "ok" ? [shown(result.path)] : []),
    },
    text: () =>
      results.map((result) => result.state === "ok" ? `${safeLine(shown(result.path))}\n` : "")
        .join(""),
  };
}

export const artifacts = command({
  name: "artifacts",
  summary: "Show, check and export what a run's steps declared as their results",
  description:
    "Without a run id: those of the latest run. A state other than ok is shown: missing " +
    "when the file is gone, changed when it is not what its step recorded.",
  args: [{
    name: "run-id",
    summary: "A run's id, a unique prefix of it, or @latest",
    complete: "run",
  }],
  options: {
    step: { kind: "text", summary: "Only those of this step", complete: "step" },
    name: { kind: "text", summary: "Only those whose name matches the glob", placeholder: "glob" },
    export: {
      kind: "text",
      summary: "Copy them to <dir>/<step>/<path within the workspace>",
      placeholder: "dir",
      complete: "directory",
    },
    verify: { kind: "flag", summary: "Exit 1 if anything is missing or changed" },
  },
  examples: [
    { command: "wave artifacts", summary: "Of the latest run" },
    { command: "wave artifacts --export out", summary: "Copy them to a folder" },
    { command: "wave artifacts debug-20260202 --step plan --verify", summary: "Check one step's" },
  ],
  async run(context, { args, options }): Promise<Outcome> {
    if (options.export === "") {
      // An unset variable of a script, most likely; the project itself is not what was meant.
      throw new UsageError("bad_value", `Cannot use "" as --export: expected a folder`, {
        hint: "for example --export out",
      });
    }
    using runs = openRuns(context);
    const { reader, root } = runs;
    const [id] = runs.resolve(args);
    const run = id === undefined ? latestRun(reader) : reader.run(id);
    if (run === null) {
      return { json: { source: reader.provenance.source, artifacts: [] }, note: NO_RUNS };
    }
    if (options.step !== undefined && !run.steps.some(({ record }) => record.id === options.step)) {
      throw new NotFoundError(
        "step_not_found",
        `Cannot find step "${options.step}" in ${run.record.id}`,
        { hint: `its steps are ${run.steps.map(({ record }) => record.id).join(", ")}` },
      );
    }
    const selected = reader.artifacts(run.record.id).filter(({ stepId, name }) =>
      (options.step === undefined || stepId === options.step) &&
      (options.name === undefined || globMatches(options.name, name))
    );
    // Asked last: a database that fails at a query has the traces answer instead.
    const { source } = reader.provenance;
    if (options.export !== undefined) {
      const outcome = await exported(context, root, selected, options.export);
      return { ...outcome, json: { source, ...outcome.json } };
    }
    const checked: Checked[] = [];
    for (const artifact of selected) {
      checked.push({ artifact, state: await readArtifact(root, artifact) });
    }
    const bad = checked.some(({ state }) => state !== "ok");
    return {
      exit: options.verify && bad ? ExitCode.failed : ExitCode.done,
      json: { source, artifacts: checked.map(json) },
      text: () => (context.quiet ? paths(checked) : table(checked, context.color)),
      ...checked.length > 0 ? {} : { note: `no artifacts in ${safeLine(run.record.id)}\n` },
    };
  },
});
