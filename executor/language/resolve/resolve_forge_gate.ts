/** Gates that ask a forge: `pr_merge` and `ci_pass`, by `gh` or by a command. */
import type { ForgeQuestion } from "../model/forge_question.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { expressionsIn } from "../template/template.ts";
import type { GateShape } from "./pipeline_shape.ts";
import { durationOf } from "./resolve_duration.ts";

const EVERY_MS = 30_000;

/** Keys of a gate that is asked for, and not answered. */
const ANSWERS = ["auto", "choices", "default", "freeform"] as const;
const QUESTIONS = ["pr_number", "repo", "branch", "interval", "command"] as const;

/** Null of a gate that asks nobody, or a person. */
export function forgeQuestionOf(
  shape: GateShape,
  path: Path,
  report: Report,
): ForgeQuestion | null {
  const asksForge = shape.type === "pr_merge" || shape.type === "ci_pass";
  for (const key of asksForge ? ANSWERS : QUESTIONS) {
    if (shape[key] === undefined || shape[key] === false) continue;
    report.atKey(
      "error",
      "unused_key",
      [...path, key],
      `"${key}" has no effect in a gate "${shape.type}"`,
      asksForge
        ? "nobody answers it: type: approval asks a person"
        : "it is for pr_merge and ci_pass",
    );
  }
  if (!asksForge) return null;
  const intervalMs = shape.interval === undefined
    ? EVERY_MS
    : durationOf(shape.interval, [...path, "interval"], report, 1000) ?? EVERY_MS;
  if (shape.command !== undefined) return { command: true, script: shape.command, intervalMs };
  return {
    command: false,
    script: shape.type === "pr_merge" ? merge(shape) : checks(shape),
    intervalMs,
  };
}

function merge(shape: GateShape): string {
  const which = shape.pr_number ?? shape.branch;
  return `gh pr view${which === undefined ? "" : ` ${word(which)}`}${repoOf(shape)} --json state`;
}

function checks(shape: GateShape): string {
  if (shape.pr_number !== undefined) {
    return `gh pr checks ${word(shape.pr_number)}${repoOf(shape)} --json name,bucket`;
  }
  const branch = shape.branch === undefined ? '"$(git branch --show-current)"' : word(shape.branch);
  return `gh run list --branch ${branch}${repoOf(shape)} --limit 50 ` +
    "--json name,status,conclusion,headSha";
}

function repoOf({ repo }: GateShape): string {
  return repo === undefined ? "" : ` --repo ${word(repo)}`;
}

/** As a word of a script, into which values are put as variables. */
function word(value: string | number): string {
  const text = String(value);
  return expressionsIn(text).length > 0 ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
