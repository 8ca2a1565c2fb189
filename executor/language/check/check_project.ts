/** Checks what a step names outside its pipeline: personas, adapters, pipelines, files. */
import { asksAgent } from "../model/contract.ts";
import { checkAgent } from "./check_agents.ts";
import { lstat } from "../../../event/files.ts";
import { pipelinesCalled } from "./called_pipelines.ts";
import { didYouMean, printable, quote } from "../source/diagnostic.ts";
import { type Manifest, MOCK_ADAPTER } from "../model/manifest.ts";
import type { Member } from "./step_index.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { expressionsIn } from "../template/template.ts";

/** Larger schemas and criteria are refused. */
const MAX_FILE_BYTES = 1024 * 1024;

/** An adapter that published pipelines name and no manifest declares. */
const BROWSER = "browser";

export interface ProjectView {
  readonly root: string;
  readonly manifest: Manifest;
  /** Names of all pipelines. */
  readonly pipelines: ReadonlySet<string>;
}

/** Reports what a step names that the project does not have. */
export function checkProject(member: Member, project: ProjectView, report: Report): void {
  const { step, path } = member;
  const { personas, adapters } = project.manifest;
  const has = {
    persona: (name: string) => Object.hasOwn(personas, name),
    adapter: (name: string) => name === MOCK_ADAPTER || Object.hasOwn(adapters, name),
    pipeline: (name: string) => project.pipelines.has(name),
  };
  const all = {
    persona: () => new Set(Object.keys(personas)),
    adapter: () => new Set([...Object.keys(adapters), MOCK_ADAPTER]),
    pipeline: () => project.pipelines,
  };
  const known = (
    name: string | null,
    what: "persona" | "adapter" | "pipeline",
    at: Path,
  ) => {
    // Values of the run are known to the run alone; where none may stand, that is told already.
    if (name === null || expressionsIn(name).length > 0) return;
    if (has[what](name)) return;
    report.error(`unknown_${what}`, at, `there is no ${what} ${quote(name)}`, () => {
      const names = all[what]();
      return didYouMean(name, names) ?? (names.size === 0 ? null : `known: ${enumerated(names)}`);
    });
  };
  known(step.persona, "persona", [...path, "persona"]);
  if (step.adapter === BROWSER && !Object.hasOwn(adapters, BROWSER)) {
    report.warning(
      "not_built",
      [...path, "adapter"],
      `wave has no adapter "${BROWSER}" of its own: the step fails unless the manifest names one`,
    );
  } else {
    known(step.adapter, "adapter", [...path, "adapter"]);
  }
  known(
    step.compaction?.persona ?? null,
    "persona",
    [...path, "handover", "compaction", "persona"],
  );
  for (const { name, at } of pipelinesCalled(step)) {
    known(name, "pipeline", [...path, ...at]);
  }
  step.fallback?.forEach(({ adapter }, index) => {
    // Those of the manifest are told there.
    const at = [...path, "fallback", index, "adapter"];
    if (report.source.written(at) !== undefined) known(adapter, "adapter", at);
  });
  checkMounts(member, project.root, report);
  checkAgent(member, project.root, project.manifest, report);
  step.injectArtifacts.forEach(({ pipeline, schemaPath }, index) => {
    const at = [...path, "memory", "inject_artifacts", index];
    known(pipeline, "pipeline", [...at, "pipeline"]);
    checkFile(project, schemaPath, "json", [...at, "schema_path"], report);
  });
  for (const [contract, at] of contractPlaces(member, report)) {
    if (contract.type === "json_schema") {
      checkFile(project, contract.schemaPath, "json", [...at, "schema_path"], report);
    }
    if (contract.type === "test_suite") {
      checkCommand(contract.command, project.manifest, [...at, "command"], report);
    }
    if (!asksAgent(contract)) continue;
    known(contract.persona, "persona", [...at, "persona"]);
    checkFile(project, contract.criteriaPath, "text", [...at, "criteria_path"], report);
  }
}

/** A folder that is not there now may be made by a step before. */
function checkMounts({ step, path }: Member, root: string, report: Report): void {
  if (step.workspace.kind === "shared") return;
  step.workspace.mounts.forEach(({ source }, index) => {
    const file = `${root}/${source}`;
    if (isFolder(file)) return;
    const at = [...path, "workspace", "mount", index, "source"];
    if (lstat(file) === null) {
      report.warning("no_folder", at, `there is no folder ${quote(source)} in the project`);
    } else {
      report.error(
        "bad_file",
        at,
        `${quote(source)} is no folder`,
        "mount the folder that it is in",
      );
    }
  });
}

/** False also for what is not there. */
export function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** Warns of a command that is nothing but values which the manifest does not give. */
function checkCommand(command: string, manifest: Manifest, at: Path, report: Report): void {
  const unset: string[] = [];
  let rest = command;
  for (const { start, end, path, reference } of expressionsIn(command).toReversed()) {
    if (reference?.kind !== "project" || (manifest.project[reference.name] ?? "") !== "") return;
    unset.unshift(path);
    rest = rest.slice(0, start) + rest.slice(end);
  }
  if (unset.length === 0 || rest.trim() !== "") return;
  report.warning(
    "empty_command",
    at,
    `the command is empty, so the contract fails: wave.yaml does not say ${unset.join(", ")}`,
  );
}

/** Contracts with their places, told by their positions. */
function contractPlaces(member: Member, report: Report) {
  const handover = [...member.path, "handover"];
  const candidates: Path[] = [
    [...handover, "contract"],
    ...member.step.contracts.map((_, index) => [...handover, "contracts", index]),
  ];
  return member.step.contracts.map((contract) => {
    const place = candidates.find((path) => {
      const { line, column } = report.source.at(path);
      return line === contract.position.line && column === contract.position.column;
    });
    return [contract, place ?? handover] as const;
  });
}

/** Reports a file that is not there, too large, or no JSON where it should be. */
export function checkFile(
  project: Pick<ProjectView, "root">,
  file: string | null,
  kind: "json" | "text",
  path: Path,
  report: Report,
): void {
  if (file === null) return;
  try {
    const info = Deno.statSync(`${project.root}/${file}`);
    if (!info.isFile || info.size > MAX_FILE_BYTES) {
      report.error("bad_file", path, `${quote(file)} is no file of at most 1 MiB`);
      return;
    }
    if (kind === "json") JSON.parse(Deno.readTextFileSync(`${project.root}/${file}`));
  } catch (error) {
    if (error instanceof SyntaxError) {
      report.error("bad_schema", path, `${quote(file)} is not JSON: ${printable(error.message)}`);
    } else if (
      error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory
    ) {
      report.error("file_not_found", path, `there is no file ${quote(file)} in the project`);
    } else if (error instanceof Deno.errors.PermissionDenied) {
      report.error("file_unreadable", path, `${quote(file)} cannot be read`);
    } else throw error;
  }
}

/** How many names are told to whoever used another one. */
const MOST_NAMES = 8;

function enumerated(names: ReadonlySet<string>): string {
  const all = [...names].sort();
  const more = all.length > MOST_NAMES ? `, and ${all.length - MOST_NAMES} more` : "";
  return all.slice(0, MOST_NAMES).map(quote).join(", ") + more;
}
