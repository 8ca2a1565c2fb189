/**
 * How a command is declared: once, as data. The reader of the command line, Cliffy's tree, help,
 * completions, the reference and the schemas all come from these declarations; what a command does is
 * loaded when it is called.
 */
import type { ExitCode } from "../../event/errors.ts";

interface OptionBase {
  /** One letter. */
  readonly short?: string;
  readonly summary: string;
  /** Shown in help for the value, `<…>`. */
  readonly placeholder?: string;
  /** What completes the value in a shell. */
  readonly complete?: Completion;
  /** True of several values in one text, separated by commas. */
  readonly isList?: true;
}

/** What a name stands for: of runs all or those that are running, of steps a run's or a pipeline's. */
export type Completion =
  | "run"
  | "active-run"
  | "step"
  | "pipeline-step"
  | "pipeline"
  | "input-name"
  | "persona"
  | "adapter"
  | "file"
  | "directory";

export interface FlagOption extends OptionBase {
  readonly kind: "flag";
}
export interface TextOption extends OptionBase {
  readonly kind: "text";
}
/** A text; the option may be given several times, each time with another one. */
export interface TextsOption extends OptionBase {
  readonly kind: "texts";
}
/** A whole number, at least `min` (0 unless told). */
export interface IntegerOption extends OptionBase {
  readonly kind: "integer";
  readonly min?: number;
}
/** A number greater than 0, which may have a decimal point. */
export interface AmountOption extends OptionBase {
  readonly kind: "amount";
}
/** A whole number or `all`. */
export interface CountOption extends OptionBase {
  readonly kind: "count";
}
/** A duration such as `1h30m`; the value is milliseconds. */
export interface DurationOption extends OptionBase {
  readonly kind: "duration";
  /** True where a duration of zero would mean nothing, as of a time limit. */
  readonly positive?: true;
}
/** A duration (that long ago) or an RFC 3339 time; the value is epoch milliseconds. */
export interface TimeOption extends OptionBase {
  readonly kind: "time";
}
/** From what people write to the choice that it means. */
export type Synonyms = Readonly<Record<string, string>>;

export interface ChoiceOption<C extends string = string> extends OptionBase {
  readonly kind: "choice";
  readonly choices: readonly C[];
  /** What people write for a choice that is called otherwise here. */
  readonly synonyms?: Synonyms;
}
/** Several of `choices`, separated by commas. */
export interface ChoicesOption<C extends string = string> extends OptionBase {
  readonly kind: "choices";
  readonly choices: readonly C[];
  readonly synonyms?: Synonyms;
}

export type Option =
  | FlagOption
  | TextOption
  | TextsOption
  | IntegerOption
  | AmountOption
  | CountOption
  | DurationOption
  | TimeOption
  | ChoiceOption
  | ChoicesOption;

/** By long name, without the dashes. */
export type Options = Readonly<Record<string, Option>>;

export type ValueOf<O extends Option> = O extends FlagOption ? boolean
  : O extends CountOption ? number | "all" | undefined
  : O extends IntegerOption | AmountOption | DurationOption | TimeOption ? number | undefined
  : O extends ChoiceOption<infer C> ? C | undefined
  : O extends ChoicesOption<infer C> ? readonly C[] | undefined
  : O extends TextsOption ? readonly string[] | undefined
  : string | undefined;

export type Values<O extends Options> = { readonly [K in keyof O]: ValueOf<O[K]> };

export interface Argument {
  readonly name: string;
  readonly summary: string;
  readonly required?: boolean;
  /** Takes all that follow; only the last argument may. */
  readonly variadic?: boolean;
  readonly choices?: readonly string[];
  readonly complete?: Completion;
  /** True of a text in a person's words, which stand in quotes when they are several. */
  readonly isText?: boolean;
}

export interface Example {
  readonly command: string;
  readonly summary: string;
}

/** What a command was called with; `args` holds the given arguments in order. */
export interface Call<O extends Options> {
  readonly args: readonly string[];
  readonly options: Values<O>;
}

export interface Output {
  /**
   * Writes at once, for text that is soon written: the process does nothing else until a reader has taken it.
   *
   * @throws {Deno.errors.BrokenPipe} when nobody reads any more, which ends the program quietly.
   * @throws {OperationError} `output_failed` when it cannot be written. Standard error throws neither.
   */
  write(text: string): void;
  /** As `write`, for more text: signals and timers are served until a reader has taken it. */
  send(text: string): Promise<void>;
  readonly isTerminal: boolean;
  /** Columns, 80 where unknown. */
  readonly width: number;
  /** Rows, 24 where unknown. */
  readonly height: number;
}

/** How long others get to end, in milliseconds (contract, section 3, `cancel`). */
export interface Patience {
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
  /** How long the process of a run may take to end it by force, before somebody else does it. */
  readonly ownerActsWithinMs: number;
}

/** All of the outside world that a command sees. */
export interface Context {
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly format: "text" | "json";
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly patience: Patience;
  env(name: string): string | undefined;
  now(): number;
  /** Reads a line after a prompt on stderr; null when stdin is no terminal. */
  ask(question: string): Promise<string | null>;
  /** Aborted by SIGINT and SIGTERM; the reason is the signal's name. A command that takes its own measures says so by `signals`. */
  readonly signal: AbortSignal;
}

/**
 * What a command came to. `json` is printed with `--format json`, `text` otherwise; a command that
 * streams prints for itself and returns neither.
 */
export interface Outcome {
  /** 0 unless told. */
  readonly exit?: ExitCode;
  /** Without `schema_version`, which the printer adds. */
  readonly json?: Readonly<Record<string, unknown>>;
  /** Lines for a person, with a newline at the end; empty prints nothing. */
  readonly text?: () => string | Promise<string>;
  /** A hint for a person, on stderr after the text; not with `-q`. */
  readonly note?: string;
}

/** All that is known of a command without loading what it does. */
export interface Declaration<O extends Options = Options> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What the summary leaves out, in plain sentences. */
  readonly description?: string;
  readonly args: readonly Argument[];
  readonly options: O;
  readonly examples: readonly Example[];
  /** True when it gets SIGINT and SIGTERM by itself (`run`, `resume`, `do`). */
  readonly handlesSignals?: boolean;
  /**
   * True when a signal may end the process at once, because nothing is left half done: then signals are
   * caught only from when the command asks for them.
   */
  readonly interruptible?: boolean;
}

/** Keeps the literal types of the options, so that a call is typed by the declaration. */
export function declareCommand<const O extends Options>(
  declaration: Declaration<O>,
): Declaration<O> {
  return declaration;
}

/** A call of the command with this declaration. */
export type CallOf<D> = D extends Declaration<infer O> ? Call<O> : never;

/** What a command does: what the module that serves it exports. */
export interface CommandModule<O extends Options = Options> {
  run(context: Context, call: Call<O>): Promise<Outcome> | Outcome;
}

/** A declaration, and how to load what it does. */
export interface Command<O extends Options = Options> extends Declaration<O> {
  load(): Promise<CommandModule<O>>;
}
