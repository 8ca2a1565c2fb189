import { ensureDirSync } from "@std/fs";
import { NotFoundError, OperationError } from "../../event/errors.ts";
import { exists, replaceFile } from "../../event/files.ts";
import { MANIFEST_FILE } from "../../executor/language/load_definitions.ts";
import { resolveManifest } from "../../executor/language/resolve/resolve_manifest.ts";
import { readSource } from "../../executor/language/source/yaml_source.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { init } from "../init.ts";
import { findProject } from "../runs/find_project.ts";
import { safeLine } from "../output/safe_text.ts";
import { foundAgents, withFoundAgents } from "./found_agents.ts";
import { schemaFiles } from "./schema_files.ts";
import { AGENT_TEMPLATES, SKILL_TEMPLATE, TEMPLATES } from "./templates.ts";

export interface Written {
  readonly created: string[];
  readonly overwritten: string[];
  /** Left as they were. */
  readonly kept: string[];
  /** Where those that were overwritten are now. */
  readonly backups: string[];
  /** Example pipelines that need personas which the project's own manifest does not have. */
  readonly leftOut: string[];
}

/** Answers a call of `wave init`. */
export async function run(
  context: Context,
  { options }: CallOf<typeof init>,
): Promise<Outcome> {
  if (options.skill) return skillWritten(context, options.force);
  const around = projectAround(context);
  if (around !== null) await confirmNested(context, around);
  const written = writeProject(context.cwd, options.force, context.env("PATH") ?? "");
  const { created, overwritten, kept, backups, leftOut: left_out } = written;
  return {
    json: { root: context.cwd, created, overwritten, kept, backups, left_out },
    text: () => {
      const paths = [...created, ...overwritten];
      if (context.quiet) return paths.map((path) => `${path}\n`).join("");
      const lines = paths.map((path) => `wrote ${path}\n`).join("");
      const isNew = paths.includes(".wave/pipelines/change-code.yaml");
      const change = isNew ? `, or wave run change-code "what to change"` : "";
      return `${lines}next: wave run hello-world "hi", or wave run project-report${change}\n`;
    },
    note: noteOf(written, options.force),
  };
}

/** Writes the skill alone, wherever that is: agents look for it in the folder that they work in. */
function skillWritten(context: Context, force: boolean): Outcome {
  const written = writeTemplates(context.cwd, SKILL_TEMPLATE, force);
  const { created, overwritten, kept, backups } = written;
  return {
    json: { root: context.cwd, created, overwritten, kept, backups, left_out: [] },
    text: () =>
      [...created, ...overwritten]
        .map((path) => context.quiet ? `${path}\n` : `wrote ${path}\n`).join(""),
    note: noteOf(written, force),
  };
}

/** What became of files that were there already. */
function noteOf({ kept, backups, leftOut }: Written, force: boolean): string {
  const list = (paths: readonly string[]) => paths.map(safeLine).join(", ");
  const lines = [
    // With --force they are kept because they are the same.
    ...kept.length > 0 && !force
      ? [`kept, as it was there already: ${list(kept)}`, "hint: --force overwrites"]
      : [],
    ...backups.length > 0 ? [`what was there before: ${list(backups)}`] : [],
    ...leftOut.length > 0
      ? [`left out, as your wave.yaml has not their personas: ${list(leftOut)}`]
      : [],
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** The project that the folder lies in, or null. */
function projectAround({ cwd }: Context): string | null {
  const above = cwd.slice(0, cwd.lastIndexOf("/"));
  if (above === "") return null;
  try {
    return findProject({ cwd: above, env: () => undefined });
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

/** @throws {OperationError} `declined` when the answer is no. */
async function confirmNested(context: Context, around: string): Promise<void> {
  const told = `This folder lies in the project ${safeLine(around)}.`;
  const answer = await context.ask(`${told} Make it a project of its own? [y/N] `);
  if (answer === null) {
    if (context.format === "text" && !context.quiet) context.stderr.write(`warning: ${told}\n`);
  } else if (!/^y(es)?$/i.test(answer.trim())) {
    throw new OperationError("declined", "Nothing was written: the folder stays as it is", {
      hint: `wave list pipelines shows what ${around} has`,
    });
  }
}

/**
 * Writes what a project needs, below `root`. What `force` overwrites is kept as `<file>.bak`.
 *
 * @param programs the value of `PATH`, where agents are looked for.
 * @throws {OperationError} `init_failed` when a file or folder cannot be written.
 */
export function writeProject(root: string, force: boolean, programs = ""): Written {
  const found = foundAgents(root, programs);
  const templates = {
    ...TEMPLATES,
    ...found.length === 0 ? {} : AGENT_TEMPLATES,
    ...schemaFiles(),
  };
  const texts = Object.entries(templates).map(([path, template]) => [
    path,
    path === MANIFEST_FILE ? withFoundAgents(template, found, root) : template,
  ]);
  return writeTemplates(root, Object.fromEntries(texts), force, force ? null : personasOf(root));
}

/** @param ownPersonas what pipelines may name; null: anything. */
function writeTemplates(
  root: string,
  templates: Readonly<Record<string, string>>,
  force: boolean,
  ownPersonas: ReadonlySet<string> | null = null,
): Written {
  const written: Written = { created: [], overwritten: [], kept: [], backups: [], leftOut: [] };
  for (const [path, text] of Object.entries(templates)) {
    const file = `${root}/${path}`;
    try {
      if (ownPersonas !== null && lacks(ownPersonas, text) && !exists(file)) {
        written.leftOut.push(path);
        continue;
      }
      ensureDirSync(file.slice(0, file.lastIndexOf("/")));
      if (createFile(file, text)) written.created.push(path);
      else if (!force || Deno.readTextFileSync(file) === text) written.kept.push(path);
      else {
        written.backups.push(backUp(root, path));
        replaceFile(file, text);
        written.overwritten.push(path);
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new OperationError("init_failed", `Cannot write "${path}": ${error.message}`, {
        cause: error,
      });
    }
  }
  return written;
}

/** The personas of a manifest that is there already; null where there is none. */
function personasOf(root: string): ReadonlySet<string> | null {
  if (!exists(`${root}/${MANIFEST_FILE}`)) return null;
  return new Set(Object.keys(resolveManifest(readSource(root, MANIFEST_FILE)).manifest.personas));
}

/** True of a pipeline with a step whose persona is not among `personas`. */
function lacks(personas: ReadonlySet<string>, text: string): boolean {
  return [...text.matchAll(/^ +persona: *([\w-]+)/gm)].some(([, name = ""]) => !personas.has(name));
}

/** Keeps a copy beside a file, under a name that is free. Returns its path below `root`. */
function backUp(root: string, path: string): string {
  for (let number = 1;; number++) {
    const backup = number === 1 ? `${path}.bak` : `${path}.bak${number}`;
    if (createFile(`${root}/${backup}`, Deno.readTextFileSync(`${root}/${path}`))) return backup;
  }
}

/** True when it was not there. Never writes through a link. */
function createFile(file: string, text: string): boolean {
  try {
    Deno.writeTextFileSync(file, text, { createNew: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}
