/** What is known of a program's arguments. */

/**
 * What the operands are:
 *
 * | | |
 * | --- | --- |
 * | `data` | data |
 * | `first` | the first is code, and ends the options |
 * | `first anywhere` | the first is code, options may follow |
 * | `later` | all but the first are code |
 * | `code` | all of them are code, or name variables |
 * | `command` | a command of their own |
 * | `subcommand` | the first is a subcommand |
 * | `all` | every argument is code, options and their values, too |
 */
export type Operands =
  | "data"
  | "first"
  | "first anywhere"
  | "later"
  | "code"
  | "command"
  | "subcommand"
  | "all";

export interface ProgramRow {
  readonly names: string;
  readonly operands: Operands;
  /** Options whose value is code. */
  readonly code?: string;
  /** Those that are code instead of the operands. */
  readonly instead?: string;
  /** Options whose value is code, and which end the options; all that follows is data. */
  readonly last?: string;
  /** The option whose value names a program, and its arguments follow. */
  readonly module?: string;
  /** Options whose value is data. */
  readonly data?: string;
  /** Options that take two words of data. */
  readonly pairs?: string;
  /** Letters and names of options without a value, or with one that is attached. */
  readonly flags?: string;
  /** Options behind which the code comes from standard input. */
  readonly reads?: string;
  /** Options that make all operands data. */
  readonly harmless?: string;
  /** Without an operand it reads code from standard input. */
  readonly stdin?: boolean;
  /** Operands before the command. */
  readonly skip?: number;
  /** `NAME=value` may stand before the command. */
  readonly assigns?: boolean;
  /** Options may stand behind the operands that are skipped. */
  readonly anywhere?: boolean;
  /** The first word may be a bundle of options without a dash. */
  readonly bundle?: boolean;
  /** A word that begins with `+` is an option, too, and code. */
  readonly plus?: boolean;
}
