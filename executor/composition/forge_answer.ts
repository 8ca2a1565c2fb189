/** What `gh` answers of a pull request and of checks. Pure. */
import { parseJson } from "../../event/json.ts";
import { fieldOf } from "../language/template/template.ts";

export interface ForgeAnswer {
  readonly state: "open" | "waiting" | "failed";
  /** For a person, what it stands at. */
  readonly reason: string;
}

/** Of `gh pr view --json state`; null when the text is no such answer. */
export function mergeIn(text: string): ForgeAnswer | null {
  const state = fieldOf(parseJson(text), ["state"]);
  if (state === "MERGED") return { state: "open", reason: "the pull request is merged" };
  if (state === "CLOSED") {
    return { state: "failed", reason: "the pull request was closed without being merged" };
  }
  return typeof state === "string"
    ? { state: "waiting", reason: "the pull request is not merged yet" }
    : null;
}

/**
 * Of `gh pr checks --json name,bucket`, or of `gh run list --json name,status,conclusion,headSha`, in which
 * the runs of the newest commit count; null when the text is no such answer.
 */
export function checksIn(text: string): ForgeAnswer | null {
  const list = parseJson(text);
  if (!Array.isArray(list)) return null;
  if (list.length === 0) return { state: "waiting", reason: "there are no checks yet" };
  const newest = fieldOf(list[0], ["headSha"]);
  const checks = list.filter((check) => fieldOf(check, ["headSha"]) === newest).map((check) => ({
    name: String(fieldOf(check, ["name"]) ?? "a check"),
    end: endOf(check),
  }));
  const named = (end: string) =>
    checks.filter((check) => check.end === end).map(({ name }) => name).join(", ");
  if (named("failed") !== "") return { state: "failed", reason: `failed: ${named("failed")}` };
  if (named("waiting") !== "") {
    return { state: "waiting", reason: `not done yet: ${named("waiting")}` };
  }
  return { state: "open", reason: `${checks.length} checks passed` };
}

const GOOD: ReadonlySet<unknown> = new Set(["pass", "skipping", "success", "skipped", "neutral"]);

function endOf(check: unknown): "passed" | "waiting" | "failed" {
  const bucket = fieldOf(check, ["bucket"]);
  const status = fieldOf(check, ["status"]);
  const isDone = bucket === undefined ? status === "completed" : bucket !== "pending";
  if (!isDone) return "waiting";
  return GOOD.has(bucket ?? fieldOf(check, ["conclusion"])) ? "passed" : "failed";
}
