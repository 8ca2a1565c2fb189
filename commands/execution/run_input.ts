/** The input of a run: an argument, `--input`, `--input-file`, or one or more `--set`. */
import { UsageError } from "../../event/errors.ts";
import type { GivenInput } from "../../executor/language/model/input_spec.ts";
import { safeText } from "../output/safe_text.ts";

export interface InputSources {
  /** `-` is standard input. */
  readonly argument?: string | undefined;
  readonly input?: string | undefined;
  /** `-` is standard input. */
  readonly inputFile?: string | undefined;
}

/** What `--set` says, `<name>=<value>` each. */
type NamedSources = InputSources & { readonly set?: readonly string[] | undefined };

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

/**
 * The input as one text or by names, or null when none was given.
 *
 * @param cwd the folder that a relative file is meant from, absolute.
 * @throws {UsageError} `too_many_inputs`, `input_unreadable`, `bad_value`.
 */
export async function givenInput(
  { set, ...sources }: NamedSources,
  cwd: string,
): Promise<GivenInput | null> {
  if (set === undefined) {
    const text = await readInput(sources, cwd);
    return text === undefined ? null : { kind: "text", text };
  }
  if (Object.values(sources).some((source) => source !== undefined)) {
    throw new UsageError("too_many_inputs", "Cannot take named inputs and another one", {
      hint: "give all of them with --set, or all of them as one JSON object",
    });
  }
  return { kind: "named", values: set.map(pairOf) };
}

function pairOf(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError("bad_value", `Cannot use "${safeText(text)}" as --set`, {
    hint: "write --set <name>=<value>",
  });
}
