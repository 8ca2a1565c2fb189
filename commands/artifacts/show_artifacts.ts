/** `wave artifacts` (contract, section 3). */
import { ExitCode, NotFoundError, UsageError } from "../../event/errors.ts";
import { globMatches } from "../../event/glob.ts";
import type { ArtifactRecord } from "../../state/records/records.ts";
import { latestRun } from "../../state/nested_runs.ts";
import { type ArtifactState, isFileError, readArtifact } from "./read_artifact.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { artifacts } from "../artifacts.ts";
import { paint } from "../output/color.ts";
import { exportArtifacts } from "./export_artifacts.ts";
import { surviveFileSizeLimit } from "../cli/listen_to_signal.ts";
import { formatSize, isoTime } from "../output/format.ts";
import { safeLine } from "../output/safe_text.ts";
import { renderTable } from "../cliffy/render_table.ts";
import { openRuns } from "../runs/open_runs.ts";
import { NO_RUNS } from "../output/run_page.ts";

interface Checked {
  readonly artifact: ArtifactRecord;
  readonly state: ArtifactState;
  /** Why it could not be read; it then counts as changed. Null for one that was. */
  readonly reason: string | null;
}

/** Compares an artifact with what its step recorded. One that cannot be read hides no other. */
async function check(root: string, artifact: ArtifactRecord): Promise<Checked> {
  try {
    return { artifact, state: await readArtifact(root, artifact), reason: null };
  } catch (error) {
    if (!isFileError(error)) throw error;
    return { artifact, state: "changed", reason: error.message };
  }
}

/** What to say where nothing was selected: that there is nothing, or what there is. */
function noneSelected(where: string, all: readonly ArtifactRecord[], glob = "*"): string {
  if (all.length === 0) return `no artifacts in ${safeLine(where)}\n`;
  const names = [...new Set(all.map(({ name }) => name))].join(", ");
  return `${safeLine(`no artifact matches "${glob}" in ${where}; there are ${names}`)}\n`;
}

function json({ artifact, state }: Pick<Checked, "artifact" | "state">): Record<string, unknown> {
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

/** Says on stderr what could not be read or exported. */
function complain(
  context: Context,
  verb: "read" | "export",
  { stepId, name }: ArtifactRecord,
  reason: string,
): void {
  context.stderr.write(`error: ${safeLine(`Cannot ${verb} ${stepId}/${name}: ${reason}`)}\n`);
}

async function exported(
  context: Context,
  root: string,
  list: readonly ArtifactRecord[],
  dir: string,
): Promise<Outcome> {
  const target = dir.startsWith("/") ? dir : `${context.cwd}/${dir}`;
  using _limit = surviveFileSizeLimit();
  const results = await exportArtifacts(root, list, target);
  for (const result of results) {
    if (result.state !== "ok") complain(context, "export", result.artifact, result.reason);
  }
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

/** Answers a call of `wave artifacts`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof artifacts>,
): Promise<Outcome> {
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
  const ofStep = reader.artifacts(run.record.id)
    .filter(({ stepId }) => stepId === (options.step ?? stepId));
  const selected = ofStep.filter(({ name }) => globMatches(options.name ?? "*", name));
  const where = options.step === undefined ? run.record.id : `${run.record.id}/${options.step}`;
  const note = selected.length > 0 ? "" : noneSelected(where, ofStep, options.name);
  // Asked last: a database that fails at a query has the traces answer instead.
  const { source } = reader.provenance;
  if (options.export !== undefined) {
    const outcome = await exported(context, root, selected, options.export);
    return { ...outcome, json: { source, ...outcome.json }, note };
  }
  const checked: Checked[] = [];
  for (const artifact of selected) checked.push(await check(root, artifact));
  for (const { artifact, reason } of checked) {
    if (reason !== null) complain(context, "read", artifact, reason);
  }
  const bad = checked.some(({ state, reason }) =>
    reason !== null || (options.verify && state !== "ok")
  );
  return {
    exit: bad ? ExitCode.failed : ExitCode.done,
    json: {
      source,
      artifacts: checked.map((one) => ({
        ...json(one),
        ...one.reason === null ? {} : { reason: one.reason },
      })),
    },
    text: () => (context.quiet ? paths(checked) : table(checked, context.color)),
    note,
  };
}
