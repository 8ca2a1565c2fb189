/** The variables of `--env-file`: as good as set when wave was called, and never recorded. */
import { UsageError } from "../../event/errors.ts";
import { plainMessage } from "../../event/system_error.ts";
import { parseEnvFile } from "./parse_env_file.ts";

/** What a run gets of its surroundings. */
export interface RunSurroundings {
  /** All variables; those that wave was called with win over those of a file. */
  readonly environment: Readonly<Record<string, string>>;
  /** Values that must not be recorded, whatever their variables are called. */
  readonly secrets: readonly string[];
}

/**
 * The environment of this process, with the variables of a file that it does not have.
 *
 * @param path of the file, if there is one; relative to `cwd`, which is absolute.
 * @throws {UsageError} `env_file_unreadable`, `bad_env_file`.
 */
export function surroundings(path: string | undefined, cwd: string): RunSurroundings {
  const own = Deno.env.toObject();
  if (path === undefined) return { environment: own, secrets: [] };
  const variables = parseEnvFile(readFile(path, cwd), path);
  return {
    environment: { ...variables, ...own },
    secrets: Object.values(variables).filter((value) => !isPlain(value)),
  };
}

function readFile(path: string, cwd: string): string {
  try {
    return Deno.readTextFileSync(path.startsWith("/") ? path : `${cwd}/${path}`);
  } catch (cause) {
    const reason = plainMessage(cause);
    throw new UsageError("env_file_unreadable", `Cannot read "${path}": ${reason}`, { cause });
  }
}

/**
 * True for what is no secret, by its looks: words, numbers, paths and addresses without a password. To hide
 * those in everything that is recorded would spoil it. A variable whose name says that it is a secret is one
 * all the same.
 */
export function isPlain(value: string): boolean {
  const words = value.split(/[ ,._-]/);
  return words.every((word) => WORD.test(word)) || /^[\d.,:_ -]+$/.test(value) ||
    /^(?:~|\.{1,2})?\/[^\s:]*$/.test(value) || /^\w+:\/\/[^\s@?#]*$/.test(value);
}

const WORD = /^(?:[A-Z]?[a-z]{1,19}|[A-Z]{1,20})$/;
