/** Failures of a command over several runs: the others continue, each failure is reported, then the command fails. */
import { type ExitCode, WaveError } from "../../event/errors.ts";
import type { Context } from "../cli/command.ts";
import { printError } from "./print.ts";

export class RunErrors {
  readonly #errors: { readonly runId: string; readonly error: WaveError }[] = [];

  /** The result of `act`; null when it threw a `WaveError`, which is kept. */
  async attempt<T>(runId: string, act: () => Promise<T> | T): Promise<T | null> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof WaveError)) throw error;
      this.add(runId, error);
      return null;
    }
  }

  add(runId: string, error: WaveError): void {
    this.#errors.push({ runId, error });
  }

  /** Throws the only error where nothing else is to be reported: it is the command's. */
  throwIfAlone(results: readonly unknown[]): void {
    const [first, another] = this.#errors;
    if (first !== undefined && another === undefined && results.length === 0) throw first.error;
  }

  /** The exit code of the first failure; undefined when there was none. */
  get exit(): ExitCode | undefined {
    return this.#errors[0]?.error.exitCode;
  }

  /** As the JSON of the command tells them; nothing when there was none. */
  get json(): { readonly errors?: readonly Record<string, unknown>[] } {
    if (this.#errors.length === 0) return {};
    return {
      errors: this.#errors.map(({ runId, error: { code, message, hint } }) => ({
        run_id: runId,
        code,
        message,
        ...hint === undefined ? {} : { hint },
      })),
    };
  }

  /** Says each on stderr; not where the format is JSON, which holds them. */
  print(context: Context): void {
    if (context.format === "json") return;
    for (const { error } of this.#errors) printError(context, "text", error);
  }
}
