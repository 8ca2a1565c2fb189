/** Runs git for what wave itself does: listing files and keeping worktrees. */
import { OperationError } from "../../event/errors.ts";
import { requireTool } from "../processes/system_tool.ts";

/**
 * Runs git in `folder`, without the `GIT_*` variables that a hook around wave may have set: they would
 * lead it to another repository.
 *
 * @returns what it printed.
 * @throws {OperationError} `git_failed` with git's own message.
 */
export async function git(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { ok, stdout, stderr } = await run(folder, args, signal);
  if (ok) return stdout;
  throw new OperationError(
    "git_failed",
    `git ${args.slice(0, 2).join(" ")} failed: ${stderr.trim()}`,
    {
      hint: `look with \`git -C ${folder} status\``,
    },
  );
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
  const env = Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("GIT_")),
  );
  const result = await new Deno.Command(requireTool("git"), {
    args: ["-C", folder, ...args],
    clearEnv: true,
    env: { ...env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" },
    stdin: "null",
    signal,
  }).output();
  return {
    ok: result.success,
    stdout: new TextDecoder().decode(result.stdout),
    stderr: new TextDecoder().decode(result.stderr),
  };
}
