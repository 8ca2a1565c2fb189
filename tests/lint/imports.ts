/** Which imports the table of folders allows. */
import { dirname, join } from "node:path";
import { COMMANDS, LAYERS, PLACES } from "./folder_table.ts";

/** The path, relative to the repository, that `specifier` means in `file`; null for a package. */
export function targetOf(file: string, specifier: string): string | null {
  return specifier.startsWith(".") ? join(dirname(file), specifier) : null;
}

/**
 * What is wrong with an import, or null.
 *
 * @param file relative to the repository, as `target` is.
 */
export function importComplaint(file: string, target: string): string | null {
  return layerComplaint(file, target) ?? privateComplaint(file, target) ??
    placeComplaint(file, target);
}

function layerComplaint(file: string, target: string): string | null {
  const [from = "", to = ""] = [file, target].map((path) => path.split("/")[0]);
  const allowed = Object.hasOwn(LAYERS, from) ? LAYERS[from] : undefined;
  if (allowed === undefined || from === to || allowed.includes(to)) return null;
  return `${from} must not import ${to}: see the import table in CONTRIBUTING.md.`;
}

/** `commands/<name>/` serves that command alone; the registry loads it when the command is called. */
function privateComplaint(file: string, target: string): string | null {
  const owner = COMMANDS.find((name) => target.startsWith(`commands/${name}/`));
  const others = owner !== undefined && file.startsWith("commands/") &&
    file !== "commands/registry.ts" && !file.startsWith(`commands/${owner}/`);
  if (!others) return null;
  return `${target} serves ${owner} alone: what others need lies in a folder that the commands share.`;
}

function placeComplaint(file: string, target: string): string | null {
  const [from, to] = [placeOf(file), placeOf(target)];
  if (from === null || to === null || from.top !== to.top || from.rank >= to.rank) return null;
  return `${from.entry} must not import ${to.entry}, which stands above it in tests/lint/folder_table.ts.`;
}

/** What is wrong with where a file lies, or null. */
export function fileComplaint(file: string): string | null {
  const top = file.split("/")[0] ?? "";
  if (!Object.hasOwn(PLACES, top) || placeOf(file) !== null) return null;
  return `${file} lies in no folder of the layout: see tests/lint/folder_table.ts.`;
}

/** The longest entry of the table that names a file, and how far up it stands; null when none does. */
function placeOf(file: string): { top: string; entry: string; rank: number } | null {
  const top = file.split("/")[0] ?? "";
  const ranks = Object.hasOwn(PLACES, top) ? PLACES[top] ?? [] : [];
  return ranks.flatMap((entries, rank) => entries.map((entry) => ({ top, entry, rank })))
    .filter(({ entry }) => entry.endsWith("/") ? file.startsWith(entry) : file === entry)
    .sort((a, b) => b.entry.length - a.entry.length)[0] ?? null;
}
