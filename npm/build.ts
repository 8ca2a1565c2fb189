/**
 * Makes `dist/`: the hot path, tables and the rest as three bundles, so that the frequent commands load
 * only the first (architecture, rule 12), and `wave`, a launcher that runs from any folder.
 *
 * `--output=<folder>` builds into another folder than `dist`. Other arguments are handed to `deno bundle`,
 * such as the import map of a network without JSR.
 */

const ROOT = new URL("../", import.meta.url).pathname;
const OUTPUT = "--output=";
const DIST = Deno.args.find((arg) => arg.startsWith(OUTPUT))?.slice(OUTPUT.length) ?? `${ROOT}dist`;
const FLAGS = Deno.args.filter((arg) => arg !== "" && !arg.startsWith(OUTPUT));

/** What is loaded on demand: the specifiers by which it is imported, and the bundle it becomes. */
const PARTS = [
  { entry: "commands/full.ts", specifiers: ["./commands/full.ts"], bundle: "full.js" },
  {
    entry: "commands/render_table.ts",
    specifiers: ["./render_table.ts"],
    bundle: "render_table.js",
  },
] as const;

async function bundle(entry: string, output: string, external: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      ...FLAGS,
      ...external.flatMap((specifier) => ["--external", specifier]),
      "--output",
      `${DIST}/${output}`,
      `${ROOT}${entry}`,
    ],
    cwd: ROOT,
  }).spawn().status;
  if (!success) throw new Error(`Cannot bundle ${entry}`);
}

/** Points every import of a part at its bundle. `required`: those that must be there. */
async function link(output: string, required: readonly string[]): Promise<void> {
  const path = `${DIST}/${output}`;
  let text = await Deno.readTextFile(path);
  for (const part of PARTS) {
    for (const specifier of part.specifiers) {
      const before = text;
      text = text.replaceAll(`import("${specifier}")`, `import("./${part.bundle}")`)
        .replaceAll(`from "${specifier}"`, `from "./${part.bundle}"`);
      if (text === before && required.includes(specifier)) {
        throw new Error(`Cannot link ${output}: it does not import ${specifier}`);
      }
    }
  }
  await Deno.writeTextFile(path, text);
}

/** The hot bundle must not pull in what makes a start slow. */
async function checkHot(): Promise<void> {
  const text = await Deno.readTextFile(`${DIST}/wave.js`);
  const slow = text.match(/node:(?!sqlite")[a-z/]+|createRequire/g);
  if (slow !== null) throw new Error(`dist/wave.js is slow to start: it loads ${slow.join(", ")}`);
  const others = [...text.matchAll(/^import .* from "([^"]+)"/gm)].map((match) => match[1]);
  const unknown = others.filter((specifier) => specifier !== "node:sqlite");
  if (unknown.length > 0) throw new Error(`dist/wave.js imports ${unknown.join(", ")}`);
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
const specifiers = PARTS.flatMap((part) => part.specifiers);
await bundle("main.ts", "wave.js", specifiers);
await bundle("commands/full.ts", "full.js", ["./render_table.ts"]);
await bundle("commands/render_table.ts", "render_table.js", []);
await link("wave.js", specifiers);
await link("full.js", ["./render_table.ts"]);
await link("render_table.js", []);
await checkHot();
await Deno.writeTextFile(`${DIST}/wave`, LAUNCHER);
await Deno.chmod(`${DIST}/wave`, 0o755);
