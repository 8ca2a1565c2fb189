/**
 * Makes `dist/`: `wave.js`, what every start loads, beside it what is loaded when it is needed (architecture,
 * rule 12), a module for each `import()` and for what several of them share; and `wave`, a launcher that
 * runs from any folder. The modules of `dist/` are exactly its `.js` files.
 *
 * `--output=<folder>` builds into another folder than `dist`; `--portable` leaves out of the launcher where
 * this machine has its deno. Other arguments are handed to `deno bundle`,
 * such as the import map of a network without JSR.
 */

import { buildFacts } from "./build_facts.ts";

// Decoded: it names files, and blanks may stand in it.
const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);
const OUTPUT = "--output=";
const DIST = Deno.args.find((arg) => arg.startsWith(OUTPUT))?.slice(OUTPUT.length) ??
  `${ROOT}dist`;
const PORTABLE = "--portable";
const FLAGS = Deno.args
  .filter((arg) => arg !== "" && arg !== PORTABLE && !arg.startsWith(OUTPUT));
const ENTRY = "main.js";
/** A module that shares no chunk with the others, see `npm/mcp_sdk.ts`. */
const APART = { specifier: "mcp-sdk", name: "mcp_sdk" };

/** Bundles `source` into `folder`: the entry, and a module for all that is imported on demand. */
async function bundle(folder: string, source: string, ...flags: string[]): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      // Not minified: that puts the value of a `using` that is used once in its place, and never disposes it, so
      // that a lock stays. It costs a start 2 ms.
      ...["bundle", "--quiet", ...FLAGS, ...flags, "--outdir", folder, `${ROOT}${source}`],
    ],
    cwd: ROOT,
  }).spawn().status;
  if (!success) throw new Error(`Cannot bundle ${source}`);
}

const REQUIRE =
  /import ?\{ ?createRequire as (\w+) ?\} ?from "node:module"; ?var (\w+) ?= ?\1\(import\.meta\.url\);/;

/**
 * A module's text, in which nothing is loaded at each start that may not be needed. The runtime reads what
 * a literal in `import()` names, called or not. What CommonJS packages require of the runtime, the bundler
 * gets by `node:module`, which takes as long to load as an empty program.
 */
function linked(text: string): string {
  return text
    .replaceAll(`import("${APART.specifier}")`, `import("./${APART.name}.js")`)
    .replaceAll(/import\(("\.\/[^"]+")\)/g, "import(import.meta.resolve($1))")
    .replace(REQUIRE, "var $2=(name)=>process.getBuiltinModule(name);");
}

/** The modules that `name` loads statically, itself among them. */
function loadedBy(
  name: string,
  modules: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const loaded = new Set([name]);
  for (const each of loaded) {
    const found = modules.get(each)?.matchAll(/(?:from|import) ?"\.\/([^"]+)"/g) ?? [];
    for (const [, other] of found) if (other !== undefined) loaded.add(other);
  }
  return loaded;
}

/** What every start loads must not pull in what makes a start slow. */
function checkStart(modules: ReadonlyMap<string, string>): void {
  for (const name of loadedBy(ENTRY, modules)) {
    const slow = modules.get(name)?.match(/"node:(?!sqlite")[a-z/]+"|createRequire/g) ??
      null;
    if (slow !== null) {
      throw new Error(`A start is slow: ${name} loads ${slow.join(", ")}`);
    }
  }
}

/** Puts the modules in the place of those of an earlier build. */
async function write(modules: ReadonlyMap<string, string>): Promise<void> {
  await Deno.mkdir(DIST, { recursive: true });
  for (const { name } of Deno.readDirSync(DIST)) {
    if (name.endsWith(".js")) await Deno.remove(`${DIST}/${name}`);
  }
  for (const [name, text] of modules) {
    await Deno.writeTextFile(
      `${DIST}/${name === ENTRY ? "wave.js" : name}`,
      text,
    );
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const BUILDER = Deno.args.includes(PORTABLE) ? "" : `${quoted(Deno.execPath())} `;

/** Finds the program beside itself, symbolic links resolved, and a deno to run it with. */
const LAUNCHER = `#!/bin/sh
# Runs wave.js, which stands beside this file, with the deno named by DENO, the one that built it, or the
# one on the path.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
# The runtime would end with a stack trace.
if [ ! -d "$PWD" ]; then
  what="Cannot work in this folder: it was removed"
  case " $* " in
    *" --format json "* | *" --format=json "*)
      printf '{"schema_version":1,"error":{"code":"project_not_found","message":"%s"}}\\n' "$what" ;;
    *) echo "error: $what" >&2 ;;
  esac
  exit 3
fi
dir=$(CDPATH= cd "$(dirname "$self")" && pwd -P) || exit 1
# Code that NODE_OPTIONS names would run in here; wave gives it to its steps all the same.
if [ -n "\${NODE_OPTIONS+set}" ]; then
  export WAVE_NODE_OPTIONS="$NODE_OPTIONS"
  unset NODE_OPTIONS
fi
# Where the size of files is limited, the runtime would be killed for the size of its own cache.
trap '' XFSZ
# A user without a home has no folder for the runtime's caches, and the runtime does not start without one.
if [ -z "\${DENO_DIR:-}\${HOME:-}\${XDG_CACHE_HOME:-}" ]; then
  export DENO_DIR=/dev/null/none WAVE_NO_DENO_DIR=1
fi
modules=$dir/../node_modules
# Installed as a package, with its own packages or beside them.
[ -d "$modules/deno" ] || modules=$dir/../../../node_modules
for deno in "\${DENO:-}" "$modules/deno/deno" ${BUILDER}"$modules/.bin/deno" deno; do
  [ -n "$deno" ] && command -v "$deno" >/dev/null 2>&1 || continue
  # Functions compiled with their module are in the runtime's code cache; those compiled at need are not.
  exec "$deno" run --v8-flags=--no-lazy --quiet --no-config --no-lock --allow-read --allow-write \\
    --allow-run --allow-env --allow-sys "$dir/wave.js" "$@"
done
echo "error: cannot find deno; put it on the path, or name it by DENO" >&2
exit 1
`;

const folder = await Deno.makeTempDir({ prefix: "wave-build-" });
try {
  await bundle(folder, "main.ts", "--code-splitting", `--external=${APART.specifier}`);
  // It has no `using`, and is half as long.
  await bundle(folder, `npm/${APART.name}.ts`, "--minify");
  const withFacts = await buildFacts(ROOT, FLAGS);
  const modules = new Map<string, string>();
  for (const { name } of Deno.readDirSync(folder)) {
    modules.set(name, withFacts(linked(await Deno.readTextFile(`${folder}/${name}`))));
  }
  checkStart(modules);
  await write(modules);
} finally {
  await Deno.remove(folder, { recursive: true });
}
await Deno.writeTextFile(`${DIST}/wave`, LAUNCHER);
await Deno.chmod(`${DIST}/wave`, 0o755);
const program = `${DIST}/wave`;
console.log(
  `built ${program.startsWith(ROOT) ? program.slice(ROOT.length) : program}`,
);
