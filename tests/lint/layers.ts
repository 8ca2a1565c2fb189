/**
 * Lint plugin: the import table of the architecture. A folder may import only what its row names.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPath } from "./start_path.ts";

/** What each folder may import beside itself and packages. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  event: [],
  state: ["event", "schema.sql"],
  executor: ["event"],
  commands: ["state", "executor", "event"],
  "main.ts": ["commands", "event"],
};

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The path relative to the repository's root, or null outside it. */
function relative(path: string): string | null {
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : null;
}

/** The complaint about an import, or null when it is allowed. */
export function complaint(file: string, specifier: string): string | null {
  const from = relative(file)?.split("/")[0];
  if (from === undefined || !Object.hasOwn(LAYERS, from) || !specifier.startsWith(".")) return null;
  const to = relative(join(dirname(file), specifier))?.split("/")[0];
  if (to === from || (to !== undefined && LAYERS[from]?.includes(to))) return null;
  return `${from} must not import ${to ?? specifier}: see the import table in CONTRIBUTING.md.`;
}

const plugin: Deno.lint.Plugin = {
  name: "wave",
  rules: {
    layers: {
      create(context) {
        const report = (node: Deno.lint.Node, message: string | null) => {
          if (message !== null) context.report({ node, message });
        };
        const check = (node: { source: { value: unknown } | null } & Deno.lint.Node) => {
          if (typeof node.source?.value !== "string") return;
          report(node, complaint(context.filename, node.source.value));
        };
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression(node) {
            if (node.source.type !== "Literal" || typeof node.source.value !== "string") return;
            report(node, complaint(context.filename, node.source.value));
          },
        };
      },
    },
    "start-path": startPath,
  },
};

export default plugin;
