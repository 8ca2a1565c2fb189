/** A run as JUnit XML, which CI services show as test results: a suite a run, a test case a step. */
import type { ObservedRun, ObservedStep } from "../../state/records/records.ts";
import { safeText } from "./safe_text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** Untrusted text as the value of an attribute, without what XML cannot hold. */
function attribute(text: string): string {
  return safeText(text).replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"\n\t]/g, (character) => ENTITIES[character] ?? character);
}

const seconds = (ms: number | null) => ((ms ?? 0) / 1000).toFixed(3);

interface Case {
  readonly name: string;
  readonly ms: number | null;
  /** What it came to; null for a step that completed. */
  readonly result: {
    readonly element: "failure" | "error" | "skipped";
    readonly type?: string;
    readonly message: string;
  } | null;
}

function resultOf({ status, errorMessage }: ObservedStep): Case["result"] {
  const message = errorMessage ?? "";
  switch (status) {
    case "completed":
      return null;
    case "failed":
      return { element: "failure", type: status, message };
    case "cancelled":
      return { element: "error", type: status, message: message || "the step was cancelled" };
    case "skipped":
      return { element: "skipped", message: message || "the step was skipped" };
    case "pending":
      return { element: "skipped", message: "the step did not run" };
    case "running":
    case "retrying":
      return { element: "skipped", message: "the step has not ended" };
  }
}

/** The steps; and the run itself, where it did not complete and no step says why. */
function casesOf(run: ObservedRun): Case[] {
  const cases: Case[] = run.steps.map((step) => ({
    name: step.record.id,
    ms: step.elapsedMs,
    result: resultOf(step),
  }));
  const isTold = cases.some(({ result }) => result !== null && result.element !== "skipped");
  if (run.status === "completed" || isTold) return cases;
  const reason = run.status === "cancelled" ? "the run was cancelled" : "the run has not ended";
  const message = run.errorMessage ?? reason;
  const type = run.liveness === "interrupted" ? "interrupted" : run.status;
  return [...cases, {
    name: "run",
    ms: run.elapsedMs,
    result: { element: "error", type, message },
  }];
}

function caseXml(pipeline: string, { name, ms, result }: Case): string {
  const start = `    <testcase classname="${attribute(pipeline)}" name="${attribute(name)}" ` +
    `time="${seconds(ms)}"`;
  if (result === null) return `${start}/>\n`;
  const type = result.type === undefined ? "" : ` type="${attribute(result.type)}"`;
  const inner = `      <${result.element} message="${attribute(result.message)}"${type}/>\n`;
  return `${start}>\n${inner}    </testcase>\n`;
}

function countsOf(cases: readonly Case[], ms: number): string {
  const count = (element: string) =>
    cases.filter(({ result }) => result?.element === element).length;
  return `tests="${cases.length}" failures="${count("failure")}" ` +
    `errors="${count("error")}" skipped="${count("skipped")}" time="${seconds(ms)}"`;
}

function suiteXml(run: ObservedRun): string {
  const { id, pipeline, startedAt, owner } = run.record;
  const cases = casesOf(run);
  // The schema that most readers follow wants the time of UTC without its letter.
  const timestamp = new Date(startedAt).toISOString().slice(0, -1);
  return `  <testsuite name="${attribute(pipeline)}" ${countsOf(cases, run.elapsedMs)} ` +
    `timestamp="${timestamp}" hostname="${attribute(owner.host)}">\n` +
    "    <properties>\n" +
    `      <property name="run_id" value="${attribute(id)}"/>\n` +
    `      <property name="status" value="${run.status}"/>\n` +
    "    </properties>\n" +
    cases.map((each) => caseXml(pipeline, each)).join("") +
    "  </testsuite>\n";
}

/**
 * The document, with a newline at the end: a suite for the run, and one for each of those `within` it. A run that
 * did not complete has at least one failure or error.
 */
export function junitXml(run: ObservedRun, within: readonly ObservedRun[] = []): string {
  const runs = [run, ...within];
  return '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites name="wave" ${countsOf(runs.flatMap(casesOf), run.elapsedMs)}>\n` +
    runs.map(suiteXml).join("") +
    "</testsuites>\n";
}
