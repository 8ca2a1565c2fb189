/**
 * Lint rule: what every start loads is small and fast (architecture, rule 12). It goes by folders: some are
 * loaded by every start, the others of `commands/` when their command is called, and packages that are slow to
 * load stay in `executor/` and `commands/cliffy/`, which those reach when they need them.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Packages that cost a start nothing. */
const START_PACKAGES = /^(node:sqlite|@std\/cli\/unicode-width)$/;

/** Packages that cost little, where a command needs them. */
const FAST_PACKAGES = /^(node:sqlite$|@std\/)/;

/** Globals that make a start slow by being touched (measured: Intl 20 ms, Buffer 6). */
const SLOW_NAMES: ReadonlySet<string> = new Set([
  "Buffer",
  "Intl",
  "localeCompare",
  "toLocaleDateString",
  "toLocaleLowerCase",
  "toLocaleString",
  "toLocaleTimeString",
  "toLocaleUpperCase",
]);

/** What any start may come to load statically. Files of `commands/` itself are the declarations. */
const START = /^(main\.ts$|event\/|state\/|commands\/([^/]+$|(cli|output|runs)\/))/;

/** What is loaded fast, by every start or when its command is called. */
const FAST = /^(main\.ts$|event\/|state\/|commands\/(?!cliffy\/))/;

/** The path relative to the repository's root, or null outside it. */
function relative(path: string): string | null {
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : null;
}

/** The complaint about what a file loads statically, or null when it is allowed. */
export function startComplaint(file: string, specifier: string): string | null {
  const path = relative(file);
  if (path === null || !FAST.test(path)) return null;
  if (!specifier.startsWith(".")) {
    return (START.test(path) ? START_PACKAGES : FAST_PACKAGES).test(specifier)
      ? null
      : `${path} must not load ${specifier}: import it when it is needed.`;
  }
  const target = relative(join(dirname(file), specifier)) ?? specifier;
  return !START.test(path) || START.test(target) || !target.endsWith(".ts")
    ? null
    : `${path} may be loaded by every start and must not load ${target}: import it when it is needed.`;
}

/** The complaint about a name that a file uses, or null when it is allowed. */
export function slowNameComplaint(file: string, name: string): string | null {
  const path = relative(file);
  return path !== null && FAST.test(path) && SLOW_NAMES.has(name)
    ? `${path} must be loaded fast, and ${name} makes a start slow.`
    : null;
}

type Importing =
  | Deno.lint.ImportDeclaration
  | Deno.lint.ExportNamedDeclaration
  | Deno.lint.ExportAllDeclaration;

function isTypeOnly(node: Importing): boolean {
  return node.type === "ImportDeclaration"
    ? node.importKind === "type"
    : node.exportKind === "type";
}

export const startPath: Deno.lint.Rule = {
  create(context) {
    const check = (node: Importing) => {
      if (isTypeOnly(node) || typeof node.source?.value !== "string") return;
      const message = startComplaint(context.filename, node.source.value);
      if (message !== null) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      Identifier(node) {
        const message = slowNameComplaint(context.filename, node.name);
        if (message !== null) context.report({ node, message });
      },
    };
  },
};
