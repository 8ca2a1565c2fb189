/** How a forge is asked (`gate`). */
import type { Template } from "./source_text.ts";

export interface ForgeQuestion {
  /** True of a script of the pipeline, whose exit code is the answer: 0 yes, 1 not yet. */
  readonly command: boolean;
  readonly script: Template;
  readonly intervalMs: number;
}
