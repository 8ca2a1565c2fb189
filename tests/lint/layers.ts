/**
 * Lint plugin: the layout. A file lies in a folder of the table and imports only what the table allows,
 * and no imports go in a circle. What every start loads has a rule of its own.
 */
import { fileURLToPath } from "node:url";
import { circle, importsOnDisk } from "./circles.ts";
import { LAYERS } from "./folder_table.ts";
import { fileComplaint, importComplaint, targetOf } from "./imports.ts";
import { startPath } from "./start_path.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Read once: whoever changes a file while an editor runs this lints again. */
const importsOf = importsOnDisk(ROOT);

/** The path relative to the repository's root, or null outside it. */
function relative(path: string): string | null {
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : null;
}

/** What is wrong with an import, or null. */
function importProblem(filename: string, specifier: string): string | null {
  const file = relative(filename);
  const target = file === null ? null : targetOf(file, specifier);
  if (file === null || target === null) return null;
  const way = isSource(file) ? circle(file, target, importsOf) : null;
  if (way !== null) return `These files import each other in a circle: ${way.join(" → ")}.`;
  return importComplaint(file, target);
}

function isSource(file: string): boolean {
  return Object.hasOwn(LAYERS, file.split("/")[0] ?? "");
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
          report(node, importProblem(context.filename, node.source.value));
        };
        return {
          Program(node) {
            const file = relative(context.filename);
            if (file !== null) report(node, fileComplaint(file));
          },
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression(node) {
            if (node.source.type !== "Literal" || typeof node.source.value !== "string") return;
            report(node, importProblem(context.filename, node.source.value));
          },
        };
      },
    },
    "start-path": startPath,
  },
};

export default plugin;
