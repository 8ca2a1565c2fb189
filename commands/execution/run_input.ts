/** The input of a run: an argument, `--input` or `--input-file`. */
import { UsageError } from "../../event/errors.ts";

export interface InputSources {
  /** `-` is standard input. */
  readonly argument?: string | undefined;
  readonly input?: string | undefined;
  /** `-` is standard input. */
  readonly inputFile?: string | undefined;
}

async function readStdin(): Promise<string> {
  return await new Response(Deno.stdin.readable).text();
}

function readFile(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    // Behind the number the runtime tells what it called, and the path again.
    const reason = (error instanceof Error ? error.message : String(error))
      .replace(/ \(os error \d+\).*$/s, "");
    throw new UsageError("input_unreadable", `Cannot read the input from "${path}": ${reason}`, {
      cause: error,
    });
  }
}

/**
 * The input, or undefined when none was given.
 *
 * @param cwd the folder that a relative file is meant from, absolute.
 * @throws {UsageError} `too_many_inputs`, `input_unreadable`.
 */
export async function readInput(
  { argument, input, inputFile }: InputSources,
  cwd: string,
): Promise<string | undefined> {
  if ([argument, input, inputFile].filter((source) => source !== undefined).length > 1) {
    throw new UsageError("too_many_inputs", "Cannot take more than one input", {
      hint: "give it as an argument, with --input or with --input-file",
    });
  }
  if (inputFile === "-" || argument === "-") return await readStdin();
  if (inputFile === undefined) return argument ?? input;
  return readFile(inputFile.startsWith("/") ? inputFile : `${cwd}/${inputFile}`);
}
