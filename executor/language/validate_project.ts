/** Every problem of a project's definitions at once. */
import { type Diagnostic, quote, sorted } from "./source/diagnostic.ts";
import { MANIFEST_FILE, pipelineNames, requirePipeline } from "./load_definitions.ts";
import { type Manifest, MOCK_ADAPTER } from "./model/manifest.ts";
import { checkFile, isFolder, type ProjectView } from "./check/check_project.ts";
import { findProgram, whyNotStarted } from "../processes/find_program.ts";
import { unenforcedOf } from "../adapters/unenforced_rules.ts";
import { resolveManifest } from "./resolve/resolve_manifest.ts";
import { hookScripts } from "./resolve/resolve_hooks.ts";
import { resolvePipeline } from "./resolve/resolve_pipeline.ts";
import { scriptsIn, shellSyntax } from "./check/shell_syntax.ts";
import { fixedLookup } from "./template/project_values.ts";
import { Report } from "./source/file_diagnostics.ts";
import { readSource, type Source } from "./source/yaml_source.ts";

export interface Validation {
  /** True when there is no error; warnings do not count. */
  readonly valid: boolean;
  /** By file and place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Names of the pipelines that were looked at. */
  readonly pipelines: readonly string[];
}

/**
 * Validates the manifest and all pipelines, or one of them.
 *
 * @param path The value of `PATH`, where programs are looked for.
 * @throws {NotFoundError} `pipeline_not_found` for a name that no pipeline has.
 */
export function validateProject(root: string, path: string, only?: string): Validation {
  const names = pipelineNames(root);
  if (only !== undefined) requirePipeline(only, names);
  const source = readSource(root, MANIFEST_FILE);
  const { manifest, diagnostics: found } = resolveManifest(source);
  const report = new Report({ ...source, diagnostics: missingIsNoError(found) });
  checkManifest(root, path, manifest, report);
  const project: ProjectView = { root, manifest, pipelines: new Set(names.keys()) };
  const diagnostics = [...report.diagnostics];
  const files = [...names].filter(([name]) => only === undefined || name === only);
  const scripts = hookScripts(manifest.hooks ?? {}, source);
  for (const [, file] of files) {
    const source = readSource(root, file);
    const resolved = resolvePipeline(source, project);
    diagnostics.push(...resolved.diagnostics);
    scripts.push(...scriptsIn(resolved.pipeline?.steps ?? [], source, ["steps"]));
    scripts.push(...hookScripts(resolved.pipeline?.hooks ?? {}, source));
    for (const tool of resolved.pipeline?.requiredTools ?? []) {
      if (findProgram(tool, path, root) !== null) continue;
      const why = whyNotStarted(tool, path, root);
      diagnostics.push(toolMissing(file, why, source));
    }
  }
  diagnostics.push(...shellSyntax(scripts, fixedLookup(root, manifest)));
  return {
    valid: diagnostics.every(({ severity }) => severity === "warning"),
    diagnostics: sorted(diagnostics),
    pipelines: files.map(([name]) => name),
  };
}

function missingIsNoError(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((diagnostic) =>
    diagnostic.code !== "file_not_found" ? diagnostic : {
      ...diagnostic,
      severity: "warning",
      code: "no_manifest",
      message: "there is no manifest, so there are no personas",
      suggestion: "wave init",
    }
  );
}

function checkManifest(root: string, path: string, manifest: Manifest, report: Report): void {
  for (const persona of Object.values(manifest.personas)) {
    const at = ["personas", persona.name, "system_prompt_file"];
    checkFile({ root }, persona.systemPromptFile, "text", at, report);
    tellUnenforced(manifest, persona.name, report);
  }
  for (const adapter of Object.values(manifest.adapters)) {
    adapter.projectFiles.forEach((file, index) => {
      if (!isFolder(`${root}/${file}`)) return;
      report.error(
        "bad_file",
        ["adapters", adapter.name, "project_files", index],
        `${quote(file)} is a folder, and project_files are files`,
        "name its files, or mount it: workspace.mount",
      );
    });
    if (adapter.name === MOCK_ADAPTER || adapter.binary === MOCK_ADAPTER) continue;
    if (findProgram(adapter.binary, path, root) !== null) continue;
    report.warning(
      "binary_not_found",
      ["adapters", adapter.name, "binary"],
      `${whyNotStarted(adapter.binary, path, root)}: steps of this adapter will fail`,
      "install it, or run with --mock",
    );
  }
}

function tellUnenforced(manifest: Manifest, persona: string, report: Report): void {
  const found = unenforcedOf(manifest, persona);
  if (found === null) return;
  const message = `${found.adapter} cannot enforce ${found.rules.join(", ")}`;
  report[manifest.runtime.strictPermissions ? "error" : "warning"](
    "permissions_not_enforced",
    ["personas", persona, "permissions"],
    message,
    "choose rules that it can keep, or another adapter: docs/agents.md",
  );
}

function toolMissing(file: string, why: string, source: Source): Diagnostic {
  return {
    severity: "warning",
    code: "tool_not_found",
    file,
    ...source.at(["requires", "tools"]),
    message: `${why}, and the pipeline requires it`,
    suggestion: null,
  };
}
