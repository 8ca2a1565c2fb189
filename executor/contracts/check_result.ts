/** The result of one check of a contract. */
import type { Tokens } from "../../event/event.ts";

export interface CheckResult {
  /** Null when the contract holds. */
  readonly reason: string | null;
  readonly tokens?: Tokens;
  /** True when the check was ended by a forced stop, so that its reason means nothing. */
  readonly interrupted?: boolean;
  /** True when the check could not be made, and could not by another attempt: a budget is used up. */
  readonly final?: boolean;
}
