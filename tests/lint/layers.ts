/**
 * Lint plugin: the import table of the architecture. A folder may import only what its row names, and
 * what the program loads before its first answer may import no `node:` module but `node:sqlite`.
 */

/** What each folder may import beside itself and packages. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  event: [],
  state: ["event", "schema.sql"],
  executor: ["event"],
  commands: ["state", "executor", "event"],
  "main.ts": ["commands", "event"],
};

const ROOT = new URL("../../", import.meta.url).pathname;

/** The first segment below the repository's root, or null outside it. */
function layerOf(path: string): string | null {
  if (!path.startsWith(ROOT)) return null;
  return path.slice(ROOT.length).split("/")[0] ?? null;
}

/** The complaint about an import, or null when it is allowed. */
export function complaint(file: string, specifier: string): string | null {
  const from = layerOf(file);
  if (from === null || !Object.hasOwn(LAYERS, from) || !specifier.startsWith(".")) return null;
  const to = layerOf(new URL(specifier, `file://${file}`).pathname);
  if (to === from || (to !== null && LAYERS[from]?.includes(to))) return null;
  return `${from} must not import ${to ?? specifier}: see the import table in CONTRIBUTING.md.`;
}

const plugin: Deno.lint.Plugin = {
  name: "wave",
  rules: {
    layers: {
      create(context) {
        const check = (node: { source: { value: unknown } | null } & Deno.lint.Node) => {
          if (typeof node.source?.value !== "string") return;
          const message = complaint(context.filename, node.source.value);
          if (message !== null) context.report({ node, message });
        };
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression(node) {
            if (node.source.type !== "Literal" || typeof node.source.value !== "string") return;
            const message = complaint(context.filename, node.source.value);
            if (message !== null) context.report({ node, message });
          },
        };
      },
    },
  },
};

export default plugin;
