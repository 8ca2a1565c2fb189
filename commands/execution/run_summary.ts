/** What a run came to, in five lines at most, for its end on stderr (contract, section 10). */
import type { RunResult } from "../../executor/api.ts";
import type { ArtifactRecord, RunRecord } from "../../state/records/records.ts";
import { budgetOf, budgetText, raisingOptions } from "../output/budget_text.ts";
import { formatElapsed, spentText } from "../output/format.ts";
import { safeLine } from "../output/safe_text.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";

/** With those before and behind them, five lines. */
const MOST_ARTIFACTS = 3;

function elapsedOf(record: RunRecord): number {
  const end = "completedAt" in record ? record.completedAt : record.lastEventAt;
  return end - record.startedAt - record.idleMs;
}

function factsOf(record: RunRecord): string {
  const budget = budgetOf(record, elapsedOf(record));
  return [
    formatElapsed(elapsedOf(record)),
    spentText(tokensOfRun(record)),
    budget === null ? null : budgetText(budget),
    record.warnings === 0 ? null : `${record.warnings} warning${record.warnings === 1 ? "" : "s"}`,
  ].filter((fact) => fact !== null).join(", ");
}

function artifactLines(artifacts: readonly ArtifactRecord[], most: number): string[] {
  if (artifacts.length <= most) return artifacts.map(({ path }) => `artifact: ${safeLine(path)}`);
  const shown = artifacts.slice(0, most - 1).map(({ path }) => `artifact: ${safeLine(path)}`);
  return [...shown, `… and ${artifacts.length - shown.length} more: wave artifacts`];
}

/** Lines with a newline at the end. */
export function runSummary(
  record: RunRecord,
  artifacts: readonly ArtifactRecord[],
  { status, message }: Pick<RunResult, "status" | "message">,
): string {
  const id = safeLine(record.id);
  const why = safeLine(message.trim().split("\n", 1)[0] ?? "");
  const facts = factsOf(record);
  const more = safeLine(raisingOptions(budgetOf(record, elapsedOf(record))));
  const lines = {
    completed: [
      `${id} completed in ${facts}`,
      ...artifactLines(artifacts, MOST_ARTIFACTS),
      ...artifacts.length === 0 ? [] : [`next: wave artifacts ${id}`],
    ],
    failed: [
      `error: ${id} failed: ${why}`,
      `after ${facts}`,
      ...artifactLines(artifacts, MOST_ARTIFACTS - 1),
      `hint: wave why ${id}; wave resume ${id}${more}`,
    ],
    cancelled: [
      `${id} was ${why}`,
      `after ${facts}`,
      ...artifactLines(artifacts, MOST_ARTIFACTS - 1),
      `hint: wave resume ${id}`,
    ],
  }[status];
  return lines.map((line) => `${line}\n`).join("");
}
