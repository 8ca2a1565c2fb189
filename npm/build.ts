/**
 * Makes `dist/`: the hot path, tables, the command tree and the rest as bundles, so that each call loads only
 * what it needs (architecture, rule 12), and `wave`, a launcher that runs from any folder.
 *
 * `--output=<folder>` builds into another folder than `dist`. Other arguments are handed to `deno bundle`,
 * such as the import map of a network without JSR.
 */

import { buildFacts } from "./build_facts.ts";

// Decoded: it names files, and blanks may stand in it.
const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);
const OUTPUT = "--output=";
const DIST = Deno.args.find((arg) => arg.startsWith(OUTPUT))?.slice(OUTPUT.length) ?? `${ROOT}dist`;
const FLAGS = Deno.args.filter((arg) => arg !== "" && !arg.startsWith(OUTPUT));

/** What is loaded on demand: the specifiers by which it is imported, and the bundle it becomes. */
const FULL = { specifiers: ["./commands/full.ts"], bundle: "full.js" };
const TREE = { specifiers: ["./cli/cliffy_tree.ts"], bundle: "tree.js" };
const TABLES = {
  specifiers: ["./render_table.ts", "./output/render_table.ts", "../output/render_table.ts"],
  bundle: "render_table.js",
};
type Part = typeof FULL;

/** Bundles `entry` and what it imports, `parts` excepted, which it is to find as bundles beside itself. */
async function bundle(
  entry: string,
  output: string,
  parts: readonly Part[],
  flags: readonly string[] = [],
): Promise<void> {
  const path = `${DIST}/${output}`;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", ...FLAGS, ...flags],
      ...parts.flatMap(({ specifiers }) => specifiers.flatMap((name) => ["--external", name])),
      ...["--output", path, `${ROOT}${entry}`],
    ],
    cwd: ROOT,
  }).spawn().status;
  if (!success) throw new Error(`Cannot bundle ${entry}`);
  let text = await Deno.readTextFile(path);
  for (const part of parts) {
    // No literal for what is imported on demand: the runtime reads what a literal names at each start,
    // needed or not, which takes 3 ms.
    const linked = part.specifiers.reduce((text, specifier) =>
      text
        .replaceAll(`import("${specifier}")`, `import(import.meta.resolve("./${part.bundle}"))`)
        .replaceAll(`"${specifier}"`, `"./${part.bundle}"`), text);
    if (linked === text) {
      throw new Error(`Cannot link ${output}: it does not import ${part.specifiers[0]}`);
    }
    text = linked;
  }
  await Deno.writeTextFile(path, withFacts(text));
}

/** The hot bundle must not pull in what makes a start slow. */
async function checkHot(): Promise<void> {
  const text = await Deno.readTextFile(`${DIST}/wave.js`);
  const slow = text.match(/node:(?!sqlite")[a-z/]+|createRequire|(from ?|import\()"\.\/[^"]+"/g);
  if (slow !== null) throw new Error(`dist/wave.js is slow to start: it loads ${slow.join(", ")}`);
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

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
for deno in "\${DENO:-}" "$dir/../node_modules/deno/deno" ${quoted(Deno.execPath())} deno; do
  [ -n "$deno" ] && command -v "$deno" >/dev/null 2>&1 || continue
  exec "$deno" run --quiet --no-config --no-lock --allow-read --allow-write --allow-run --allow-env \\
    --allow-sys "$dir/wave.js" "$@"
done
echo "error: cannot find deno; put it on the path, or name it by DENO" >&2
exit 1
`;

await Deno.mkdir(DIST, { recursive: true });
const withFacts = await buildFacts(ROOT, FLAGS);
// Without minifying, reading it takes a fifth of a start more. The rest stays readable, for stacks.
await bundle("main.ts", "wave.js", [FULL, TABLES], ["--minify"]);
await bundle("commands/full.ts", FULL.bundle, [TREE, TABLES]);
await bundle("commands/cli/cliffy_tree.ts", TREE.bundle, []);
await bundle("commands/output/render_table.ts", TABLES.bundle, []);
await checkHot();
await Deno.writeTextFile(`${DIST}/wave`, LAUNCHER);
await Deno.chmod(`${DIST}/wave`, 0o755);
const program = `${DIST}/wave`;
console.log(`built ${program.startsWith(ROOT) ? program.slice(ROOT.length) : program}`);
