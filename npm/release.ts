/**
 * Makes `dist/release/` of a build: the executables, their sums, the script that installs them and the
 * notes. `release.ts <tag> <url of the releases> [--only=<name>] [--output=<folder>]`; `--only` takes one
 * name of `TARGETS`.
 */
import { VERSION } from "../commands/cli/version.ts";
import { releaseNotes } from "./release_notes.ts";

/** The systems that there are executables for, as their names say, and what the compiler calls them. */
const TARGETS: Readonly<Record<string, string>> = {
  "linux-x86_64": "x86_64-unknown-linux-gnu",
  "linux-aarch64": "aarch64-unknown-linux-gnu",
  "macos-x86_64": "x86_64-apple-darwin",
  "macos-aarch64": "aarch64-apple-darwin",
  "windows-x86_64.exe": "x86_64-pc-windows-msvc",
};

const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);
const [tag = "", releases = "", ...options] = Deno.args;
const option = (name: string) =>
  options.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const only = option("only");
const output = option("output") ?? `${ROOT}dist/release`;

async function compile(name: string, target: string): Promise<string> {
  const file = `wave-${name}`;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-read", "--allow-run", "--allow-env", `${ROOT}npm/compile.ts`],
      ...[`--target=${target}`, `--output=${output}/${file}`],
    ],
  }).spawn().status;
  if (!success) throw new Error(`Cannot compile for ${target}`);
  return file;
}

async function sumLine(file: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${output}/${file}`));
  return `${new Uint8Array(digest).toHex()}  ${file}\n`;
}

if (tag !== `v${VERSION}`) {
  throw new Error(`Cannot release ${tag || "without a tag"}: the program is v${VERSION}`);
}
if (!URL.canParse(releases)) throw new Error(`Cannot release to "${releases}": expected a URL`);
// Before anything that takes long.
const notes = releaseNotes(await Deno.readTextFile(`${ROOT}CHANGELOG.md`), VERSION);
await Deno.remove(output, { recursive: true }).catch((error) => {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
});
await Deno.mkdir(output, { recursive: true });
const files: string[] = [];
for (const [name, target] of Object.entries(TARGETS)) {
  if (only === undefined || only === name) files.push(await compile(name, target));
}
const script = await Deno.readTextFile(`${ROOT}install.sh`);
await Deno.writeTextFile(`${output}/install.sh`, script.replace("@RELEASES@", releases));
await Deno.writeTextFile(`${output}/notes.md`, notes);
const sums: string[] = [];
for (const file of [...files, "install.sh"]) sums.push(await sumLine(file));
await Deno.writeTextFile(`${output}/SHA256SUMS`, sums.join(""));
