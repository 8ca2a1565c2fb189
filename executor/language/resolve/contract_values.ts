/** Values that contracts of several kinds have: a file, a time limit. */
import { pathBelow } from "../model/names.ts";
import { quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import type { ContractShape } from "./pipeline_shape.ts";
import { durationOf } from "./resolve_duration.ts";

export function fileOf(
  shape: ContractShape,
  key: "source" | "schema_path" | "criteria_path",
  path: Path,
  report: Report,
): string | null {
  const value = shape[key];
  if (value === undefined) return null;
  const below = pathBelow(value);
  if (below === null) {
    const where = key === "source" ? "workspace" : "project";
    report.error(
      "unsafe_path",
      [...path, key],
      `"${key}" must be a path within the ${where}, not ${quote(value)}`,
    );
  }
  return below;
}

export function timeoutOf({ timeout }: ContractShape, path: Path, report: Report): number | null {
  return timeout === undefined ? null : durationOf(timeout, [...path, "timeout"], report, 1);
}
