/** The page of a report, all of it: it loads nothing, and no script runs in it. */
import type { RunEvent } from "../../event/event.ts";
import type { ArtifactRecord, ObservedRun } from "../../state/records/records.ts";
import type { Explanation } from "../causes/explanation.ts";
import { explanationJson } from "../causes/explanation_json.ts";
import { attemptsOf } from "../causes/step_attempts.ts";
import { workedTime } from "../causes/worked_time.ts";
import { costCell, formatElapsed, formatTime, formatUsage } from "../output/format.ts";
import { runJson } from "../output/run_json.ts";
import { hasLines, layoutGraph } from "./graph_layout.ts";
import { graphSvg } from "./graph_svg.ts";
import { html, jsonBlock } from "./html_text.ts";
import { PAGE_STYLE } from "./page_style.ts";
import type { StepOutput } from "./step_output.ts";
import { stepSection } from "./step_section.ts";
import { timelineRows } from "./timeline_rows.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";

export interface ReportData {
  readonly explanation: Explanation;
  readonly artifacts: readonly ArtifactRecord[];
  readonly outputs: ReadonlyMap<string, StepOutput>;
}

async function styleHash(): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(PAGE_STYLE));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(bytes)))}`;
}

function causeHtml({ sentence, cause, evidence, consequences, otherFailures, next }: Explanation) {
  const steps = (head: string, list: Explanation["consequences"]) =>
    list.length === 0
      ? ""
      : `<p>${head}: ${
        list.slice(0, 50).map(({ record, status }) => `${html(record.id)} (${status})`).join(", ")
      }${list.length > 50 ? ` and ${list.length - 50} more` : ""}</p>`;
  const lines = evidence.map(({ source, stepId, text }) => `${stepId ?? "run"} ${source}: ${text}`);
  return `<section class="cause${cause === null ? " none" : ""}" aria-label="Result and cause">` +
    `<p>${html(sentence)}</p>` +
    (lines.length === 0 ? "" : `<pre tabindex="0">${html(lines.join("\n"))}</pre>`) +
    steps("Only because of it", consequences) + steps("Failed by itself", otherFailures) +
    `<p>Next: <code>${html(next)}</code></p></section>`;
}

function factsHtml({ story: { run } }: Explanation): string {
  const { record } = run;
  const tokens = tokensOfRun(record);
  const facts: [string, string | null][] = [
    ["Run", `<code>${html(record.id)}</code>`],
    ["Status", `<span class="status ${run.status}">${run.status}</span>`],
    ["Started", formatTime(record.startedAt)],
    ["Ended", run.completedAt === null ? null : formatTime(run.completedAt)],
    ["Worked on for", formatElapsed(run.elapsedMs)],
    ["Tokens", formatUsage(tokens)],
    ["Cost", costCell(tokens)],
    ["Warnings", record.warnings === 0 ? null : String(record.warnings)],
    ["Input", record.input === "" ? null : html(record.input.slice(0, 2000))],
    ["Agents", record.mock ? "the built-in mock" : null],
  ];
  return `<dl>${
    facts.flatMap(([name, value]) => value === null ? [] : [`<dt>${name}</dt><dd>${value}</dd>`])
      .join("")
  }</dl>`;
}

/** What went wrong with the run itself, such as a hook. */
function warningsHtml(entries: readonly RunEvent[]): string {
  const warnings = entries.filter(({ state }) => state === "warning");
  if (warnings.length === 0) return "";
  const items = warnings.map(({ message }) => `<li>${html(message)}</li>`).join("");
  return `<h2>Warnings of the run</h2><ul>${items}</ul>`;
}

/** More than these nobody could read. */
const MOST_DRAWN = 500;

async function graphHtml({ record, steps }: ObservedRun): Promise<string> {
  if (steps.length > MOST_DRAWN) {
    return `<p>${steps.length} steps are too many to draw; the timeline has them all.</p>`;
  }
  const layout = await layoutGraph(record.steps);
  const note = hasLines(record.steps.length)
    ? ""
    : `<p>${steps.length} steps are too many to follow lines between: each stands below what it ` +
      "depends on.</p>";
  return `${note}<div class="graph" role="region" aria-label="Graph" tabindex="0">${
    graphSvg(layout, steps)
  }</div>`;
}

/** The whole document. */
export async function reportPage(
  { explanation, artifacts, outputs }: ReportData,
): Promise<string> {
  const { story } = explanation;
  const { run, entries } = story;
  const byStep = Map.groupBy(entries, ({ step_id }) => step_id);
  const artifactsOf = Map.groupBy(artifacts, ({ stepId }) => stepId);
  const steps = run.steps.map((step) => {
    const { id } = step.record;
    const own = byStep.get(id) ?? [];
    return stepSection({
      step,
      attempts: attemptsOf({ ...story, entries: own }, id),
      entries: own,
      artifacts: artifactsOf.get(id) ?? [],
      output: outputs.get(id) ?? null,
    });
  });
  const title = `${html(run.record.pipeline)}: ${run.status}`;
  const policy = `default-src 'none'; style-src '${await styleHash()}'; base-uri 'none'; ` +
    "form-action 'none'";
  const graph = await graphHtml(run);
  const data = { run: runJson(run), why: explanationJson(explanation) };
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${PAGE_STYLE}</style></head><body>
<a class="skip" href="#steps">Skip to the steps</a>
<header><h1>${title}</h1></header><main${run.steps.length > MOST_DRAWN ? ' class="many"' : ""}>
${causeHtml(explanation)}
${factsHtml(explanation)}${warningsHtml(byStep.get(null) ?? [])}
<h2>Graph</h2>${graph}
<h2>Timeline</h2><div>${timelineRows(workedTime(story))}</div>
<h2 id="steps">Steps</h2>
${steps.join("\n")}
</main>
<script type="application/json" id="data">${jsonBlock(data)}</script>
</body></html>
`;
}
