/** Texts that go with prompts: `<folder>/<name>/SKILL.md` in a folder of the manifest's `skill_mounts`. */
import { join } from "@std/path";
import { existingInside, relativePath } from "../../files/confine.ts";
import { lstat } from "../../../event/files.ts";
import type { Manifest } from "../model/manifest.ts";

/**
 * The file of a skill, absolute, or null when no folder has it.
 *
 * @throws {OperationError} `path_outside_workspace` when it leads out of its folder.
 */
export function findSkill(root: string, { skillFolders }: Manifest, name: string): string | null {
  if (name === "") return null;
  const within = join(relativePath(name), "SKILL.md");
  for (const folder of skillFolders) {
    const path = join(root, folder);
    if (lstat(path)?.isDirectory !== true) continue;
    const file = existingInside(path, within);
    if (file !== null) return file;
  }
  return null;
}
