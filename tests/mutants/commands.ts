import type { Mutant } from "./mutant.ts";
export const COMMANDS: readonly Mutant[] = [];
