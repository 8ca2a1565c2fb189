/** What a report tells of a step. */
import type { RunEvent } from "../../event/event.ts";
import type { ArtifactRecord, ObservedStep } from "../../state/records/records.ts";
import type { Attempt } from "../causes/step_attempts.ts";
import { formatElapsed, formatSize, spentText } from "../output/format.ts";
import { html } from "./html_text.ts";
import type { StepOutput } from "./step_output.ts";
import { tokensOfStep } from "../../state/records/step_use.ts";

export interface StepFacts {
  readonly step: ObservedStep;
  readonly attempts: readonly Attempt[];
  /** Entries of the step of level info and above. */
  readonly entries: readonly RunEvent[];
  readonly artifacts: readonly ArtifactRecord[];
  readonly output: StepOutput | null;
}

function list(head: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  const plain = head === "Attempts" ? ' class="plain"' : "";
  return `<h3>${head}</h3><ul${plain}>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
}

function outputHtml(output: StepOutput | null): string {
  if (output === null || output.head === "") return "";
  const omitted = output.omitted > 0 ? `\n… ${output.omitted} characters left out …\n` : "";
  return `<h3>What it wrote</h3><pre tabindex="0">${html(output.head)}${omitted}${
    html(output.tail)
  }</pre>`;
}

function attemptHtml({ attempt, result, durationMs, message, tokens }: Attempt): string {
  const took = durationMs === null ? "" : ` after ${formatElapsed(durationMs)}`;
  const why = message === "" ? "" : `: ${html(message)}`;
  const spent = spentText(tokens);
  return `${attempt}. <span class="status ${result}">${result}</span>${took}${
    spent === null ? "" : `, ${spent}`
  }${why}`;
}

function contractHtml(event: RunEvent): string[] {
  if (event.state !== "contract_passed" && event.state !== "contract_failed") return [];
  const passed = event.state === "contract_passed";
  const word = `<span class="status ${passed ? "completed" : "failed"}">${
    passed ? "passed" : "failed"
  }</span>`;
  const why = passed ? "" : `: ${html(event.message)}`;
  return [`${html(event.data.contract)} (attempt ${event.attempt ?? 1}) ${word}${why}`];
}

export function stepSection({ step, attempts, entries, artifacts, output }: StepFacts): string {
  const { record, status, elapsedMs, errorMessage } = step;
  const facts = [
    elapsedMs === null ? null : formatElapsed(elapsedMs),
    spentText(tokensOfStep(record)),
    record.attempt > 1 ? `${record.attempt} attempts` : null,
    record.visits > 1 ? `started ${record.visits} times` : null,
    record.edge === null ? null : `on to ${html(record.edge)}`,
    record.persona === null ? null : html(record.persona),
  ].filter((fact) => fact !== null);
  const warnings = entries.filter(({ state }) => state === "warning");
  return `<details id="step-${html(record.id)}"${status === "failed" ? " open" : ""}><summary>` +
    `<span class="mono">${html(record.id)}</span><span class="status ${status}">${status}</span>` +
    facts.map((fact) => `<span class="dim">${fact}</span>`).join("") +
    `</summary>${
      errorMessage === null || errorMessage === "" ? "" : `<p>${html(errorMessage)}</p>`
    }` +
    (record.dependencies.length === 0
      ? ""
      : `<p class="dim">after ${record.dependencies.map(html).join(", ")}</p>`) +
    list("Attempts", attempts.length < 2 ? [] : attempts.map(attemptHtml)) +
    list("Contracts", entries.flatMap(contractHtml)) +
    list("Warnings", warnings.map(({ message }) => html(message))) +
    list(
      "Artifacts",
      artifacts.map(({ name, path, sizeBytes }) =>
        `${html(name)}: <code>${html(path)}</code> <span class="dim">${
          formatSize(sizeBytes)
        }</span>`
      ),
    ) +
    `${outputHtml(output)}</details>`;
}
