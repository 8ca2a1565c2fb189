/** What the real program says about a run, for the tests of the language. */
import assert from "node:assert/strict";
import type { Project, Result } from "../cli.ts";

export interface Entry {
  readonly seq: number;
  readonly timestamp: string;
  readonly run_id: string;
  readonly step_id: string | null;
  readonly state: string;
  readonly level: string;
  readonly message: string;
  readonly attempt: number | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface RunView {
  readonly id: string;
  readonly pipeline: string;
  readonly status: string;
  readonly liveness: string;
  readonly error_message: string | null;
  readonly parent: { readonly run_id: string; readonly step_id: string } | null;
  readonly steps: readonly {
    readonly id: string;
    readonly status: string;
    readonly attempt: number;
    readonly error_message: string | null;
    readonly waiting_for: string | null;
  }[];
}

/** A result that must have this exit code. */
export function ended(result: Result, code = 0): Result {
  assert.equal(result.code, code, `${result.stdout}\n${result.stderr}`);
  return result;
}

/** All entries of a run, in their order. */
export async function entriesOf(place: Project, run = "@latest"): Promise<Entry[]> {
  const result = ended(await place.wave(["logs", run, "--lines", "all", "--format", "json"]));
  return result.json()["logs"] as Entry[];
}

/** The numbers of all its entries, those that only `--raw` shows among them. */
export async function allNumbersOf(place: Project, run: string): Promise<number[]> {
  const args = ["logs", run, "--raw", "--lines", "all", "--format", "json"];
  return (ended(await place.wave(args)).json()["logs"] as Entry[]).map(({ seq }) => seq);
}

/** The runs that `wave status` shows with these arguments. */
export async function runsOf(place: Project, ...args: string[]): Promise<RunView[]> {
  const result = ended(await place.wave(["status", ...args, "--format", "json"]));
  return result.json()["pipelines"] as RunView[];
}

/** The run that started last. */
export async function latest(place: Project, id = "@latest"): Promise<RunView> {
  const [run] = await runsOf(place, id);
  assert.ok(run !== undefined);
  return run;
}

/** `<step> <status>` of each step, in file order. */
export function stepsOf(run: RunView): string[] {
  return run.steps.map(({ id, status }) => `${id} ${status}`);
}

/** `<step> <attempt>` of each attempt that began, in their order. */
export function attemptsIn(entries: readonly Entry[]): string[] {
  return entries
    .filter(({ state, step_id }) => state === "running" && step_id !== null)
    .map(({ step_id, attempt }) => `${step_id} ${attempt}`);
}

/** A pipeline file of these steps. */
export function pipelineFile(steps: string): string {
  return `steps:\n${steps.replace(/^\n/, "").trimEnd()}\n`;
}
