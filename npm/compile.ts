/**
 * Makes one executable of the modules that `npm/build.ts` put into `dist/`: those, a runtime, and the
 * permissions of the tasks, nothing else of this folder. Deno fetches the runtime unless DENORT_BIN names one.
 *
 * `--target=<triple>` for another system, `--output=<file>` instead of `dist/wave-compiled`, `--from=<folder>`
 * instead of `dist`. Other arguments are handed to `deno compile`.
 */

// Decoded: it names files, and blanks may stand in it.
const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);
const ENTRY = "wave.js";
const PERMISSIONS = ["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);

/** The value of `--name=value` among the arguments. */
function option(name: string): string | undefined {
  const start = `--${name}=`;
  return Deno.args.find((arg) => arg.startsWith(start))?.slice(start.length);
}

const absolute = (path: string) => path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
const own = ["--from=", "--output="];
const others = Deno.args.filter((arg) => !own.some((start) => arg.startsWith(start)));
const from = absolute(option("from") ?? `${ROOT}dist`);
const suffix = option("target")?.includes("windows") ? ".exe" : "";
const output = absolute(option("output") ?? `${from}/wave-compiled${suffix}`);
const onDemand = [...Deno.readDirSync(from)].map(({ name }) => name)
  .filter((name) => name.endsWith(".js") && name !== ENTRY)
  .toSorted();

const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    // Without these, all packages and the configuration of the folder it was made in come with it.
    ...["compile", "--no-config", "--no-lock", "--no-npm", "--node-modules-dir=none", "--no-check"],
    // With a code cache the first start writes into the folder for temporary files, and later ones load
    // whatever lies there.
    "--no-code-cache",
    ...["--no-prompt", "--v8-flags=--no-lazy", ...PERMISSIONS],
    ...onDemand.flatMap((name) => ["--include", `${from}/${name}`]),
    ...["--output", output, ...others, `${from}/${ENTRY}`],
  ],
  // Nothing of the folder it is called in, which may have a configuration of its own.
  cwd: from,
}).spawn().status;
Deno.exit(code);
