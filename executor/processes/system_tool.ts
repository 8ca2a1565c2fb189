/** The tools of the system that wave itself starts: they are found wherever PATH points, or without one. */
import { OperationError } from "../../event/errors.ts";
import { findProgram } from "./find_program.ts";

const SYSTEM_PATH = "/usr/bin:/bin:/usr/sbin:/sbin";

const tools = new Map<string, string | null>();

/** PATH, and after it the folders that every system has its tools in. */
export function toolPath(): string {
  const path = Deno.env.get("PATH") ?? "";
  return path === "" ? SYSTEM_PATH : `${path}:${SYSTEM_PATH}`;
}

/** The absolute path of a tool, or null where the system has none of that name. */
export function findTool(name: string): string | null {
  const known = tools.get(name);
  if (known !== undefined) return known;
  const found = findProgram(name, toolPath(), "/");
  tools.set(name, found);
  return found;
}

/**
 * The absolute path of a tool that nothing can do without.
 *
 * @throws {OperationError} `program_not_found`.
 */
export function requireTool(name: string): string {
  const found = findTool(name);
  if (found !== null) return found;
  throw new OperationError("program_not_found", `Cannot start "${name}": not found in PATH`, {
    hint: `install it, or name its folder in PATH, which is "${Deno.env.get("PATH") ?? ""}"`,
  });
}
