/** The timeline of a run as rows of HTML: a bar an attempt, and a line where the run was resumed. */
import type { WorkedTime } from "../causes/worked_time.ts";
import { formatElapsed } from "../output/format.ts";
import { html } from "./html_text.ts";

/** Steps that never ran have no row. */
export function timelineRows({ totalMs, resumes, steps }: WorkedTime): string {
  const percent = (ms: number) => `${((ms / totalMs) * 100).toFixed(2)}%`;
  const lines = resumes.map((at) =>
    `<line x1="${percent(at)}" x2="${percent(at)}" y1="0" y2="100%"/>`
  ).join("");
  return steps.filter(({ spans }) => spans.length > 0).map(({ stepId, spans }) => {
    const bars = spans.map(({ from, to, result }) => {
      // What was over at once is to be seen, too.
      const width = Math.max(0.3, ((to - from) / totalMs) * 100);
      const x = Math.min(100 - width, (from / totalMs) * 100);
      return `<rect class="${result}" x="${x.toFixed(2)}%" width="${width.toFixed(2)}%"/>`;
    }).join("");
    const sum = spans.reduce((total, { from, to }) => total + to - from, 0);
    const label = spans.map(({ attempt, result, from, to }) =>
      `attempt ${attempt} ${result}, from ${formatElapsed(from)} for ${formatElapsed(to - from)}`
    ).join("; ");
    return `<div class="row"><a class="mono" href="#step-${html(stepId)}">${html(stepId)}</a>` +
      `<svg role="img" aria-label="${html(label)}">${bars}${lines}</svg>` +
      `<span>${formatElapsed(sum)}</span></div>`;
  }).join("\n");
}
