/** Whether the agents of a project's personas can show their services who calls. */
import { accessProblem } from "../../executor/adapters/agent_access.ts";
import { MANIFEST_FILE } from "../../executor/language/load_definitions.ts";
import { resolveManifest } from "../../executor/language/resolve/resolve_manifest.ts";
import { readSource } from "../../executor/language/source/yaml_source.ts";
import { findProgram } from "../../executor/processes/find_program.ts";
import { passedTo } from "../../executor/work/choose_agent.ts";
import type { Check } from "./health_checks.ts";

/** Of agents that are installed and that a persona has. */
export function checkAccess(
  root: string,
  environment: Readonly<Record<string, string>>,
): Check {
  const { manifest } = resolveManifest(readSource(root, MANIFEST_FILE));
  const used = new Set(Object.values(manifest.personas).map(({ adapter }) => adapter));
  const problems = Object.values(manifest.adapters).flatMap((adapter) => {
    const { name, binary } = adapter;
    if (!used.has(name) || findProgram(binary, environment["PATH"] ?? "", root) === null) return [];
    const passed = passedTo(adapter, manifest, environment);
    return accessProblem(adapter, { environment, passed, root }) ?? [];
  });
  const name = "keys";
  const [first] = problems;
  if (first === undefined) {
    return { name, status: "ok", message: "none is missing that wave knows of", hint: null };
  }
  const message = problems.map((problem) => problem.message).join("; ");
  return { name, status: "warn", message, hint: first.hint };
}
