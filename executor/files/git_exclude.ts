/** Keeps the artifacts that a step is given out of the commits that it makes. */
import { join } from "@std/path";
import { readIfThere } from "../../event/files.ts";
import { git, gitSays } from "./git.ts";

/**
 * Variables that make git leave `artifacts/` of a worktree alone, besides what the user's own excludes
 * file names. The repository's configuration and files stay as they are.
 *
 * @param workspace gets the file with the patterns.
 */
export async function excludeFromGit(
  worktree: string,
  workspace: string,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const known = await gitSays(worktree, ["config", "--get", "core.excludesFile"], signal)
    ? (await git(worktree, ["config", "--path", "--get", "core.excludesFile"], signal)).trim()
    : join(
      Deno.env.get("XDG_CONFIG_HOME") ?? join(Deno.env.get("HOME") ?? "", ".config"),
      "git/ignore",
    );
  const file = join(workspace, ".git-exclude");
  Deno.writeTextFileSync(file, `${readIfThere(known) ?? ""}\n/artifacts/\n/.agents/artifacts/\n`, {
    createNew: true,
    mode: 0o600,
  });
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "core.excludesFile",
    GIT_CONFIG_VALUE_0: file,
  };
}
