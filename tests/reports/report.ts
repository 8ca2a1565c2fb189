/** What people reported of other tools that run pipelines or agents, carried over to wave. */
import { match } from "node:assert/strict";
import { type Project, project } from "../cli.ts";

export interface Report {
  /** Where it was reported, each `owner/repository#number`: the same failure, or one of its kind. */
  readonly at: readonly string[];
  /** What was done there, carried over to wave. */
  readonly done: string;
  /** What wave does. */
  readonly wave: string;
}

const REFERENCE = /^[\w.-]+\/[\w.-]+#\d+$/;

/** Fails for a row that does not say where, what and with which result. */
export function assertWhole(report: Report): void {
  for (const reference of report.at) match(reference, REFERENCE);
  match(report.at.join(), /./, "a report was made somewhere");
  match(report.done, /\S/);
  match(report.wave, /\S/);
}

/** A row of the table and its proof: the test does what was done, with the real program. */
export function carriedOver(
  report: Report & { readonly files: Readonly<Record<string, string>> },
  test: (tmp: Project) => Promise<void>,
): void {
  Deno.test(`${report.done}: ${report.wave} (${report.at.join(", ")})`, async () => {
    assertWhole(report);
    await using tmp = await project({ ...report.files });
    await test(tmp);
  });
}

/** The YAML of a pipeline of steps with a script each, one after another. */
export function scripts(steps: Readonly<Record<string, string>>): string {
  let before: string | null = null;
  const written: string[] = [];
  for (const [id, script] of Object.entries(steps)) {
    const after = before === null ? "" : `, dependencies: [${before}]`;
    written.push(`  - { id: ${id}, type: command, script: ${JSON.stringify(script)}${after} }`);
    before = id;
  }
  return `steps:\n${written.join("\n")}\n`;
}

/** A row that is proven by what one preparation of several rows has seen. */
export interface ProvenReport<Seen> extends Report {
  readonly proof: (seen: Seen, tmp: Project) => void | Promise<void>;
}

/** Rows that share a project and what was done in it. */
export function carriedOverTogether<Seen>(
  title: string,
  files: Readonly<Record<string, string>>,
  prepare: (tmp: Project) => Promise<Seen>,
  rows: readonly ProvenReport<Seen>[],
): void {
  Deno.test(title, async (t) => {
    await using tmp = await project({ ...files });
    const seen = await prepare(tmp);
    for (const row of rows) {
      await t.step(`${row.done}: ${row.wave} (${row.at.join(", ")})`, async () => {
        assertWhole(row);
        await row.proof(seen, tmp);
      });
    }
  });
}
