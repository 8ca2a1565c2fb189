/** The words that start the program under test, and other programs of this repository. */
import { builtProgram } from "./built_program.ts";
import { PERMISSIONS, REPOSITORY, sourceCommand } from "./source_command.ts";

export { buildCommand, packageFlags, REPOSITORY, sourceCommand } from "./source_command.ts";

/** A bundle that ends in `.js`, or an executable; without it, these sources are built and tested. */
const PROGRAM = Deno.env.get("WAVE_TEST_PROGRAM");

/** True where the program to be tested is named: then it is always started. */
export function isTestedByName(): boolean {
  return PROGRAM !== undefined;
}

/** True where the runtime can load a module before the program, to inject faults; says so where not. */
export function takesPreload(): boolean {
  if (PROGRAM === undefined || PROGRAM.endsWith(".js")) return true;
  console.log("skipped: faults are injected by a module, which an executable does not load");
  return false;
}

/** The words that run the program; `preload` names a module that the runtime loads before it. */
export function programCommand(preload?: string): string[] {
  const program = PROGRAM ?? `${builtProgram()}/wave.js`;
  const words = program.endsWith(".js")
    ? [Deno.execPath(), "run", "--no-config", ...PERMISSIONS, program]
    : [program];
  return preload === undefined ? words : words.toSpliced(2, 0, `--preload=${preload}`);
}

/** The words by which a user starts the program. */
export function launcherCommand(): string[] {
  return PROGRAM === undefined ? [`${builtProgram()}/wave`] : programCommand();
}

/**
 * As {@link programCommand}, but with little time for what is to end by itself. Of the sources; a program that is
 * named to be tested has the patience that it has.
 */
export function impatientCommand(preload?: string): string[] {
  if (PROGRAM !== undefined) return programCommand(preload);
  const words = sourceCommand(`${REPOSITORY}tests/fixtures/impatient_wave.ts`);
  return preload === undefined ? words : words.toSpliced(2, 0, `--preload=${preload}`);
}
