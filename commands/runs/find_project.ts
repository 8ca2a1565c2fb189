/** Finds the project that a command works in. */
import { NotFoundError } from "../../event/errors.ts";
import type { Context } from "../cli/command.ts";

/** What makes a folder a project's root (contract, section 1). */
const MARKS = [".wave", "wave.yaml"] as const;

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    // It is there, though it may not be looked into.
    if (error instanceof Deno.errors.PermissionDenied) return true;
    throw error;
  }
}

function isProject(folder: string): boolean {
  return MARKS.some((mark) => exists(`${folder}/${mark}`));
}

/**
 * The project's root folder, an absolute path: `WAVE_PROJECT` when it is set, so that an agent in a
 * workspace finds the right one; otherwise the nearest folder upward with `wave.yaml` or `.wave`.
 *
 * @throws {NotFoundError} `project_not_found`.
 */
export function findProject(context: Pick<Context, "cwd" | "env">): string {
  const named = context.env("WAVE_PROJECT");
  if (named !== undefined && named !== "") {
    const folder = named.startsWith("/") || /^[A-Za-z]:/.test(named)
      ? named
      : `${context.cwd}/${named}`;
    if (isProject(folder)) return folder.length > 1 ? folder.replace(/\/+$/, "") : folder;
    throw new NotFoundError(
      "project_not_found",
      `Cannot use WAVE_PROJECT="${named}": it has neither wave.yaml nor .wave`,
      { hint: "unset WAVE_PROJECT, or set it to the folder of a project" },
    );
  }
  // Elsewhere it is a letter like any other.
  let folder = Deno.build.os === "windows" ? context.cwd.replaceAll("\\", "/") : context.cwd;
  while (true) {
    if (isProject(folder)) return folder;
    const parent = folder.slice(0, folder.lastIndexOf("/"));
    if (parent === folder || parent === "") break;
    folder = parent;
  }
  if (isProject("/")) return "/";
  throw new NotFoundError("project_not_found", "Cannot find a project here or in a folder above", {
    hint: "wave init",
  });
}
