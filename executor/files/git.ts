/** Runs git for what wave itself does: listing files and keeping worktrees. */
import { OperationError } from "../../event/errors.ts";
import { withoutRepository } from "./git_variables.ts";
import { requireTool } from "../processes/system_tool.ts";

/**
 * Runs git in `folder`, without the variables that a hook around wave may have set: they would lead it to
 * another repository.
 *
 * @returns what it printed.
 * @throws {OperationError} `git_failed` with git's own message.
 */
export async function git(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const result = await run(folder, args, signal);
  if (result.ok) return result.stdout;
  const command = `git ${args.slice(0, 2).join(" ")}`;
  throw new OperationError("git_failed", `${command} failed${reasonOf(result)}`, {
    hint: `look with \`git -C ${folder} status\``,
  });
}

/** What git said of its failure, behind a verb; a hook that refuses may leave it without a word. */
function reasonOf({ stderr, end }: { stderr: string; end: string }): string {
  const said = stderr.trim();
  return said === ""
    ? ` with ${end} and printed no reason; a hook of the repository may have refused`
    : `: ${said}`;
}

/** Whether `folder` lies in a git work tree; false also where git is not installed. */
export async function isGitWorkTree(folder: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { ok, stdout } = await run(folder, ["rev-parse", "--is-inside-work-tree"], signal);
    return ok && stdout.trim() === "true";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Why git refuses a folder, and what to do. */
export interface GitRefusal {
  readonly reason: string;
  readonly hint: string;
}

/** Why git does not take `folder` for part of a work tree; null when it does. */
export async function refusalOf(folder: string, signal: AbortSignal): Promise<GitRefusal | null> {
  const result = await run(folder, ["rev-parse", "--is-inside-work-tree"], signal);
  const { ok, stdout, stderr } = result;
  if (ok && stdout.trim() === "true") return null;
  const first = stderr.trim().split("\n")[0]?.replace(/^fatal: /, "") ?? "";
  if (first.includes("dubious ownership")) {
    const hint = `git config --global --add safe.directory ${folder}, if you trust its owner`;
    return { reason: `git refuses: ${first}`, hint };
  }
  if (ok || first.startsWith("not a git repository")) {
    const hint = "run `git init` and commit something first";
    return { reason: "the project is not a git repository", hint };
  }
  const reason = first === "" ? `git rev-parse failed${reasonOf(result)}` : `git refuses: ${first}`;
  return { reason, hint: `look with \`git -C ${folder} status\`` };
}

/** Whether git ends with exit code 0. */
export async function gitSays(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  return (await run(folder, args, signal)).ok;
}

async function run(folder: string, args: readonly string[], signal: AbortSignal) {
  signal.throwIfAborted();
  const result = await new Deno.Command(requireTool("git"), {
    args: ["-C", folder, ...args],
    clearEnv: true,
    env: { ...withoutRepository(Deno.env.toObject()), LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" },
    stdin: "null",
    signal,
  }).output();
  return {
    ok: result.success,
    end: result.signal ?? `exit code ${result.code}`,
    stdout: new TextDecoder().decode(result.stdout),
    stderr: new TextDecoder().decode(result.stderr),
  };
}
