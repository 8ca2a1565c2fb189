/** Mounts folders of the project into a workspace. */
import { dirname, join, relative } from "@std/path";
import { OperationError } from "../../event/errors.ts";
import { isInside, newInside, relativePath } from "../files/confine.ts";
import { lstat } from "../../event/files.ts";
import { git, isGitWorkTree } from "../files/git.ts";

/** An entry of `workspace.mount`, resolved. */
export interface MountSpec {
  /** Relative to the project root, and within it. */
  readonly source: string;
  /** Within the workspace; a leading `/` means the workspace. */
  readonly target: string;
  /**
   * `readonly` is a copy without write bits, so that nothing the step does reaches the project;
   * `readwrite` is a link to the source, so that everything does.
   */
  readonly mode: "readonly" | "readwrite";
  /** Only these files, relative to the source. */
  readonly only?: readonly string[] | undefined;
}

/** Files copied at a time: keeps the disk busy without a file handle each. */
const AT_ONCE = 16;

/**
 * Mounts into a workspace.
 *
 * @returns the absolute path of the target.
 * @throws {OperationError} `mount_failed`, `path_outside_workspace`.
 */
export async function mount(
  spec: MountSpec,
  workspace: string,
  root: string,
  signal: AbortSignal,
): Promise<string> {
  const realRoot = Deno.realPathSync(root);
  const source = realSource(spec.source, realRoot);
  const stripped = spec.target.replace(/^\/+/, "");
  const target = newInside(workspace, stripped);
  if (spec.mode === "readwrite" && spec.only === undefined) {
    Deno.symlinkSync(source, target);
    return target;
  }
  Deno.mkdirSync(target, { mode: 0o700 });
  const files = spec.only === undefined
    ? await listFiles(source, realRoot, signal)
    : spec.only.map(relativePath);
  for (let start = 0; start < files.length; start += AT_ONCE) {
    signal.throwIfAborted();
    await Promise.all(
      files.slice(start, start + AT_ONCE).map((file) => mountFile(file, source, target, spec.mode)),
    );
  }
  return target;
}

function realSource(source: string, realRoot: string): string {
  const hint = "mount a folder of the project, such as `./`";
  let real: string;
  try {
    real = Deno.realPathSync(join(realRoot, relative(realRoot, join(realRoot, source))));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new OperationError("mount_failed", `Cannot mount "${source}": it does not exist`, {
      hint,
      cause: error,
    });
  }
  if (isInside(realRoot, real)) return real;
  throw new OperationError("mount_failed", `Cannot mount "${source}": it is outside the project`, {
    hint,
  });
}

/** What wave itself writes into a project is never mounted. */
const OWN = /^\.wave\/(workspaces|traces|trash|unindexed-[^/]*|state\.db[^/]*)(\/|$)/;

/** In a git work tree what git does not ignore; elsewhere all files but those of `.git`. */
async function listFiles(source: string, realRoot: string, signal: AbortSignal): Promise<string[]> {
  const below = relative(realRoot, source);
  const own = (file: string) => OWN.test(join(below, file));
  if (await isGitWorkTree(source, signal)) {
    const listed = await git(source, ["ls-files", "-z", "-co", "--exclude-standard"], signal);
    return [...new Set(listed.split("\0"))].filter((file) => file !== "" && !own(file));
  }
  const files: string[] = [];
  const walk = (folder: string) => {
    for (const entry of Deno.readDirSync(join(source, folder))) {
      const path = join(folder, entry.name);
      if (entry.name === ".git" || own(path)) continue;
      if (entry.isDirectory) walk(path);
      else files.push(path);
    }
  };
  walk("");
  return files;
}

async function mountFile(
  file: string,
  source: string,
  target: string,
  mode: MountSpec["mode"],
): Promise<void> {
  const from = join(source, file);
  const to = join(target, file);
  const info = lstat(from);
  if (info === null || info.isDirectory) return;
  if (!isInside(source, Deno.realPathSync(dirname(from)))) return;
  Deno.mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  if (info.isSymlink) return mountLink(from, to, source);
  if (!info.isFile) return;
  if (mode === "readwrite") return Deno.symlinkSync(from, to);
  await Deno.copyFile(from, to);
  await Deno.chmod(to, (info.mode ?? 0o444) & 0o555 | 0o400);
}

/** A link is copied as a link when it stays within the source, and left out when it leads elsewhere. */
function mountLink(from: string, to: string, source: string): void {
  const leadsTo = Deno.readLinkSync(from);
  if (leadsTo.startsWith("/") || !isInside(source, join(dirname(from), leadsTo))) return;
  Deno.symlinkSync(leadsTo, to);
}
