/** What a built program knows of its own build: the names that stand for it in the sources, and the values. */
import { type Flavour, flavourOf } from "../commands/cli/version.ts";

const MAP = "--import-map=";

/** The commit of the checkout below `root`, as `wave --version --format json` tells it. */
async function commit(root: string): Promise<string> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["describe", "--always", "--dirty", "--exclude=*", "--abbrev=40"],
      cwd: root,
      stderr: "null",
    }).output();
    if (success) return new TextDecoder().decode(stdout).trim();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return "unknown";
}

/**
 * The flavour that these flags of `deno bundle` make: that of an import map among them, or of the
 * configuration at the top. What this process itself runs on says nothing: the runtime takes the
 * `deno.json` beside this file for its configuration.
 */
async function flavourOfFlags(root: string, flags: readonly string[]): Promise<Flavour> {
  const named = flags.find((flag) => flag.startsWith(MAP))?.slice(MAP.length);
  const map = named ?? `${root}deno.json`;
  const { imports } = JSON.parse(await Deno.readTextFile(map));
  return flavourOf(imports["@std/path"]);
}

/** Returns what writes the facts of a build with these flags over their names in a bundle. */
export async function buildFacts(
  root: string,
  flags: readonly string[],
): Promise<(bundle: string) => string> {
  const facts = { commit: await commit(root), flavour: await flavourOfFlags(root, flags) };
  return (bundle) =>
    bundle
      .replaceAll("%wave-commit%", facts.commit)
      .replaceAll("%wave-flavour%", facts.flavour);
}
