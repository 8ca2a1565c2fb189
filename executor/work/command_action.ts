/** Runs the script of a step, as its action. */
import { newInside } from "../files/confine.ts";
import { RedactedFile } from "../files/redacted_file.ts";
import type { CommandAction, OutputArtifact, Step } from "../language/model/pipeline.ts";
import type { RunContext } from "../run/run_context.ts";
import { MAX_KEPT_OUTPUT } from "../workspace/kept_output.ts";
import type { AttemptFolders } from "../workspace/declared_artifacts.ts";
import { tellSecrets } from "./redacted_artifact.ts";
import { runShell } from "./run_shell.ts";
import type { ActionResult, Work } from "./work.ts";

export async function runScript(
  context: RunContext,
  action: CommandAction,
  work: Work,
): Promise<ActionResult> {
  using stdout = new StdoutKeeper(context, work.step, work.folders);
  const result = await runShell(context, action.script, work, (bytes) => stdout.write(bytes));
  stdout.end();
  return { ...result, text: stdout.text() };
}

/** Keeps what a script prints, unless that is too much, and all of it in artifacts of `source: stdout`. */
class StdoutKeeper implements Disposable {
  readonly #files: readonly { readonly artifact: OutputArtifact; readonly file: RedactedFile }[];
  readonly #context: RunContext;
  readonly #step: Step;
  #kept: Uint8Array[] = [];
  #size = 0;

  constructor(context: RunContext, step: Step, { workspace }: AttemptFolders) {
    this.#context = context;
    this.#step = step;
    const { redactor } = context.options;
    this.#files = step.outputArtifacts.filter(({ source }) => source === "stdout")
      .map((artifact) => {
        const path = newInside(workspace, artifact.path);
        return { artifact, file: new RedactedFile(path, redactor, artifact.raw) };
      });
  }

  write(bytes: Uint8Array): void {
    for (const { file } of this.#files) file.write(bytes);
    this.#size += bytes.length;
    // An end without its beginning would be taken for the whole by whoever uses it.
    if (this.#size > MAX_KEPT_OUTPUT) this.#kept = [];
    else this.#kept.push(bytes.slice());
  }

  /** To be called when nothing more comes. */
  end(): void {
    for (const { artifact, file } of this.#files) {
      file.end();
      tellSecrets(this.#context, this.#step, artifact, file.count);
    }
  }

  /** All that was written, or null when that was too much. */
  text(): string | null {
    if (this.#size > MAX_KEPT_OUTPUT) return null;
    const decoder = new TextDecoder();
    const text = this.#kept.map((bytes) => decoder.decode(bytes, { stream: true })).join("");
    return text + decoder.decode();
  }

  [Symbol.dispose](): void {
    for (const { file } of this.#files) file[Symbol.dispose]();
  }
}
