/** A second checkout of what is tested. */
import { REPOSITORY } from "./start_program.ts";

/** Copies the sources of this repository, without its history, into a new folder; packages are linked. */
export async function copySources(to: string): Promise<void> {
  const own = new Set([".git", ".wave", "dist", "node_modules"]);
  const names = [...Deno.readDirSync(REPOSITORY)].map(({ name }) => name)
    .filter((name) => !own.has(name));
  await Deno.mkdir(to, { recursive: true });
  const { success } = await new Deno.Command("cp", {
    args: ["-R", ...names, to],
    cwd: REPOSITORY,
  }).output();
  if (!success) throw new Error(`Cannot copy the sources to ${to}`);
  try {
    await Deno.symlink(await Deno.realPath(`${REPOSITORY}node_modules`), `${to}/node_modules`);
  } catch (error) {
    // With the packages of JSR there may be no such folder.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
