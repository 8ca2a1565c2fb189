import type { Mutant } from "./mutant.ts";
export const LANGUAGE: readonly Mutant[] = [];
