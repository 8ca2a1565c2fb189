/** The folders that an agent gets besides the one that it works in. */
import { join } from "@std/path";
import type { AdapterRequest } from "../adapters/adapter.ts";
import { gitFolders } from "../files/git_folders.ts";
import type { RunContext } from "../run/run_context.ts";
import type { Work } from "./work.ts";

export async function placesFor(
  context: RunContext,
  { folders: { cwd, workspace }, mark }: Work,
): Promise<Pick<AdapterRequest, "project" | "folder" | "gitFolders">> {
  return {
    project: context.root,
    folder: join(context.temporaryFolder(), `agent-${mark.nonce}`),
    // A folder of its own lies within the project, and is nothing to commit.
    gitFolders: cwd === workspace ? [] : await gitFolders(cwd, context.forced),
  };
}
