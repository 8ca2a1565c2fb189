/** Checks what a step wants of its agent, before anybody pays for finding out. */
import { OperationError } from "../../../event/errors.ts";
import { knownAgent } from "../../adapters/known_adapters.ts";
import { canWriteFiles } from "../../adapters/write_permission.ts";
import { unenforcedOf } from "../../adapters/unenforced_rules.ts";
import { findSkill } from "./find_skill.ts";
import { quote } from "../source/diagnostic.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Member } from "./step_index.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { expressionsIn } from "../template/template.ts";
import { permissionsOf } from "../../adapters/tool_permissions.ts";
import { filesToWrite } from "../model/files_to_write.ts";

/** Warns of files that the step's persona is not allowed to write, and of skills that are not there. */
export function checkAgent(
  { step, path }: Member,
  root: string,
  manifest: Manifest,
  report: Report,
): void {
  if (step.action.kind !== "prompt") {
    if (step.fallback !== undefined) {
      const at = [...path, "fallback"];
      report.atKey("warning", "unused_key", at, `"fallback" has no effect on a step without agent`);
    }
    if (step.permissions !== undefined) {
      report.atKey(
        "error",
        "unused_key",
        [...path, "permissions"],
        `"permissions" are for an agent's tools, and this step has no agent`,
        "a script may do what the user may who runs wave",
      );
    }
    return;
  }
  if (leavesNothing(step, path, manifest, report)) return;
  checkSkills(step.skills, root, manifest, [...path, "skills"], report);
  tellUnenforced(step, path, manifest, report);
  const who = manifest.personas[step.persona ?? ""];
  const spec = manifest.adapters[step.adapter ?? who?.adapter ?? ""];
  const [file] = filesToWrite(step);
  if (who === undefined || spec === undefined || file === undefined) return;
  if (canWriteFiles(knownAgent(spec), permissionsOf(spec, who, step.permissions))) return;
  report.warning(
    "cannot_write",
    [...path, "persona"],
    `${quote(who.name)} is not allowed to write files, and the step fails without ${file.path}`,
    "give the artifact `source: stdout`, which takes the agent's answer",
  );
}

/** Tells a step that allows nothing of what its persona may use. */
function leavesNothing(
  { adapter, persona, permissions }: Member["step"],
  path: Path,
  { adapters, personas }: Manifest,
  report: Report,
): boolean {
  const who = personas[persona ?? ""];
  const spec = adapters[adapter ?? who?.adapter ?? ""];
  try {
    permissionsOf(spec, who, permissions);
    return false;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    report.error("no_tools_left", [...path, "permissions"], error.message, error.hint);
    return true;
  }
}

/** Of an adapter or of rules that the step names; those of the manifest's own are told there. */
function tellUnenforced(
  { adapter, persona, permissions }: Member["step"],
  path: Path,
  manifest: Manifest,
  report: Report,
): void {
  const isOwn = adapter === null && permissions === undefined;
  const found = isOwn ? null : unenforcedOf(manifest, persona, adapter, permissions);
  if (found === null) return;
  report[manifest.runtime.strictPermissions ? "error" : "warning"](
    "permissions_not_enforced",
    [...path, adapter === null ? "permissions" : "adapter"],
    `${found.adapter} cannot enforce ${found.rules.join(", ")} of ${quote(persona ?? "")}`,
    "choose rules that it can keep, or another adapter: docs/agents.md",
  );
}

/** Warns of skills that no folder of `skill_mounts` has. */
export function checkSkills(
  skills: readonly string[],
  root: string,
  manifest: Manifest,
  path: Path,
  report: Report,
): void {
  skills.forEach((skill, index) => {
    if (expressionsIn(skill).length > 0) return;
    try {
      if (findSkill(root, manifest, skill) !== null) return;
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      report.error("unsafe_path", [...path, index], `the skill ${quote(skill)}: ${error.message}`);
      return;
    }
    report.warning(
      "unknown_skill",
      [...path, index],
      `no folder of "skill_mounts" has a skill ${quote(skill)}: agents are told nothing of it`,
    );
  });
}
