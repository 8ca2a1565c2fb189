/**
 * Lint plugin: the import table of the architecture. A folder may import only what its row names, and
 * what the program loads before its first answer may load nothing that makes a start slow.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HOT_PACKAGES, isHot, SLOW_NAMES } from "./hot_path.ts";

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

/** The complaint about what a file of the hot path loads statically, or null when it is allowed. */
export function hotComplaint(file: string, specifier: string): string | null {
  const path = relative(file);
  if (path === null || !isHot(path)) return null;
  if (!specifier.startsWith(".")) {
    return HOT_PACKAGES.includes(specifier)
      ? null
      : `${path} is on the hot path and must not load ${specifier}: import it when it is needed.`;
  }
  const target = relative(join(dirname(file), specifier)) ?? specifier;
  return isHot(target) || !target.endsWith(".ts")
    ? null
    : `${path} is on the hot path and loads ${target}: name that in tests/lint/hot_path.ts, or ` +
      `import it when it is needed.`;
}

/** The complaint about a name that a file of the hot path uses, or null when it is allowed. */
export function slowNameComplaint(file: string, name: string): string | null {
  const path = relative(file);
  return path !== null && isHot(path) && SLOW_NAMES.has(name)
    ? `${path} is on the hot path, and ${name} makes a start slow.`
    : null;
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
          const isType = ("importKind" in node && node.importKind === "type") ||
            ("exportKind" in node && node.exportKind === "type");
          if (!isType) report(node, hotComplaint(context.filename, node.source.value));
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
    start: {
      create(context) {
        return {
          Identifier(node) {
            const message = slowNameComplaint(context.filename, node.name);
            if (message !== null) context.report({ node, message });
          },
        };
      },
    },
  },
};

export default plugin;
