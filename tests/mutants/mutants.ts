/** All faults, folder by folder. */
import { COMMANDS } from "./commands.ts";
import { EVENT } from "./event.ts";
import { EXECUTOR } from "./executor.ts";
import { LANGUAGE } from "./language.ts";
import type { Mutant } from "./mutant.ts";
import { STATE } from "./state.ts";

export const MUTANTS: readonly Mutant[] = [
  ...EVENT,
  ...STATE,
  ...LANGUAGE,
  ...EXECUTOR,
  ...COMMANDS,
];
