/** Exit codes of the program (contract, section 2). */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  cancelled: 4,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface WaveErrorOptions extends ErrorOptions {
  /** The next command to type, or what to change. */
  hint?: string;
}

/**
 * An error that a user can cause or must act on. Everything else that is thrown is a bug of wave and
 * shows a stack with `-v`.
 */
export class WaveError extends Error {
  override readonly name: string = "WaveError";
  /** Stable, in snake case; part of the JSON error. */
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(code: string, message: string, exitCode: ExitCode, options: WaveErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.exitCode = exitCode;
    this.hint = options.hint;
  }
}

/** Wrong usage or invalid YAML: exit 2. */
export class UsageError extends WaveError {
  override readonly name = "UsageError";
  constructor(code: string, message: string, options?: WaveErrorOptions) {
    super(code, message, ExitCode.usage, options);
  }
}

/** No such run, pipeline, step, persona or project: exit 3. */
export class NotFoundError extends WaveError {
  override readonly name = "NotFoundError";
  constructor(code: string, message: string, options?: WaveErrorOptions) {
    super(code, message, ExitCode.notFound, options);
  }
}

/** The operation itself failed: exit 1. */
export class OperationError extends WaveError {
  override readonly name = "OperationError";
  constructor(code: string, message: string, options?: WaveErrorOptions) {
    super(code, message, ExitCode.failed, options);
  }
}
