import { OperationError } from "../../event/errors.ts";
import { replaceFile } from "../../event/files.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { init } from "../init.ts";
import { safeLine } from "../output/safe_text.ts";
import { TEMPLATES } from "./templates.ts";

interface Written {
  readonly created: string[];
  readonly overwritten: string[];
  /** Left as they were. */
  readonly kept: string[];
}

/** Answers a call of `wave init`. */
export function run(context: Context, { options }: CallOf<typeof init>): Outcome {
  const { created, overwritten, kept } = writeProject(context.cwd, options.force);
  // With --force they are kept because they are the same.
  if (kept.length > 0 && !options.force && context.format === "text" && !context.quiet) {
    context.stderr.write(`kept, as it was there already: ${kept.map(safeLine).join(", ")}\n`);
    context.stderr.write("hint: --force overwrites\n");
  }
  return {
    json: { root: context.cwd, created, overwritten, kept },
    text: () => {
      const paths = [...created, ...overwritten];
      if (context.quiet) return paths.map((path) => `${path}\n`).join("");
      const lines = paths.map((path) => `wrote ${path}\n`).join("");
      return `${lines}next: wave run hello-world "hi", or wave run project-report\n`;
    },
  };
}

/**
 * Writes what a project needs, below `root`.
 *
 * @throws {OperationError} `init_failed` when a file or folder cannot be written.
 */
export function writeProject(root: string, force: boolean): Written {
  const written: Written = { created: [], overwritten: [], kept: [] };
  for (const [path, text] of Object.entries(TEMPLATES)) {
    const file = `${root}/${path}`;
    try {
      Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      if (createFile(file, text)) written.created.push(path);
      else if (!force || Deno.readTextFileSync(file) === text) written.kept.push(path);
      else {
        replaceFile(file, text);
        written.overwritten.push(path);
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new OperationError("init_failed", `Cannot write "${path}": ${error.message}`, {
        cause: error,
      });
    }
  }
  return written;
}

/** True when it was not there. Never writes through a link. */
function createFile(file: string, text: string): boolean {
  try {
    Deno.writeTextFileSync(file, text, { createNew: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}
