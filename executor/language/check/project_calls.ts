/** Which pipelines of a project run which, and what they hand down, as far as their files say. */
import { dirname } from "@std/path";
import { InputShape } from "../inputs/input_schema_shape.ts";
import { resolveInput } from "../inputs/resolve_input.ts";
import type { InputSpec } from "../model/input_spec.ts";
import { Report } from "../source/file_diagnostics.ts";
import { fit } from "../source/fit_shape.ts";
import { type Path, readSource, type Source } from "../source/yaml_source.ts";
import { expressionsIn } from "../template/template.ts";
import type { ProjectView } from "./check_project.ts";

interface Calls {
  /** Names of pipelines, each once. */
  readonly pipelines: readonly string[];
  /** Names of `{{ env.<name> }}` that some pipeline is given. */
  readonly env: readonly string[];
  /** What it says of its input; null where it cannot be told. */
  readonly input: InputSpec | null;
}

/** Reads each pipeline file of a project once, and only when it is asked for. */
export class ProjectCalls {
  readonly #project: ProjectView;
  readonly #folder: string;
  readonly #known = new Map<string, Calls>();

  /** `file` is the pipeline that asks; the others are beside it. */
  constructor(project: ProjectView, file: string) {
    this.#project = project;
    this.#folder = dirname(file);
  }

  /** The pipelines that a pipeline runs; of one that is not there or broken, none. */
  of(name: string): readonly string[] {
    return this.#read(name).pipelines;
  }

  /** What a pipeline says of its input; null of one that is not there or whose `input` is broken. */
  inputOf(name: string): InputSpec | null {
    return this.#read(name).input;
  }

  /** Names that a pipeline of the project hands down to another. */
  env(): Set<string> {
    return new Set([...this.#project.pipelines].flatMap((name) => this.#read(name).env));
  }

  #read(name: string): Calls {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const calls = this.#project.pipelines.has(name) ? this.#readFile(name) : NO_CALLS;
    this.#known.set(name, calls);
    return calls;
  }

  #readFile(name: string): Calls {
    for (const ending of ["yaml", "yml"]) {
      const source = readSource(this.#project.root, `${this.#folder}/${name}.${ending}`);
      if (source.diagnostics.some(({ code }) => code === "file_not_found")) continue;
      const found: Found = { pipelines: new Set(), env: new Set() };
      visitSteps(at(source.data, ["steps"]), found);
      return {
        pipelines: [...found.pipelines],
        env: [...found.env],
        input: inputIn(source),
      };
    }
    return NO_CALLS;
  }
}

const NO_CALLS: Calls = { pipelines: [], env: [], input: null };

function inputIn(source: Source): InputSpec | null {
  if (source.data === undefined) return null;
  const report = new Report({ ...source, diagnostics: [] });
  const data = at(source.data, ["input"]);
  const shape = data === undefined ? undefined : fit(InputShape, data ?? {}, ["input"], report);
  if (shape === null) return null;
  const input = resolveInput(shape, report);
  return report.errors > 0 ? null : input;
}

const readers = new WeakMap<ProjectView, Map<string, ProjectCalls>>();

/** The one reader of a project, as seen from a file of it. */
export function projectCalls(project: ProjectView, file: string): ProjectCalls {
  const folders = readers.get(project) ?? new Map<string, ProjectCalls>();
  readers.set(project, folders);
  const folder = dirname(file);
  const calls = folders.get(folder) ?? new ProjectCalls(project, file);
  folders.set(folder, calls);
  return calls;
}

interface Found {
  readonly pipelines: Set<string>;
  readonly env: Set<string>;
}

function visitSteps(steps: unknown, found: Found): void {
  if (!Array.isArray(steps)) return;
  for (const step of steps) {
    const named = [
      at(step, ["pipeline"]),
      at(step, ["strategy", "child_pipeline"]),
      ...values(at(step, ["branch", "cases"])).filter((target) => target !== "skip"),
    ];
    for (const name of named) {
      if (typeof name !== "string") continue;
      if (expressionsIn(name).length === 0) found.pipelines.add(name);
      else if (/^\{\{\s*item\s*\}\}$/.test(name)) {
        for (const item of items(at(step, ["iterate", "over"]))) found.pipelines.add(item);
      }
    }
    for (const name of keys(at(step, ["config", "env"]))) found.env.add(name);
    visitSteps(at(step, ["loop", "steps"]), found);
  }
}

/** Texts of a list that a file gives, as YAML or as JSON. */
function items(over: unknown): string[] {
  const list: unknown = typeof over === "string" && over.trimStart().startsWith("[")
    ? parsed(over)
    : over;
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function at(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, key) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, key)
        ? Reflect.get(here, key)
        : undefined,
    data,
  );
}

function keys(data: unknown): string[] {
  return typeof data === "object" && data !== null ? Object.keys(data) : [];
}

function values(data: unknown): unknown[] {
  return typeof data === "object" && data !== null ? Object.values(data) : [];
}
