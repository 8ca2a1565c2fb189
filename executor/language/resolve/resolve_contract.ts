/** From a contract as it is written to one that can be checked. */
import type {
  Contract,
  ContractBase,
  ContractFailure,
  JsonSchemaContract,
  NonEmptyFileContract,
  TestSuiteContract,
} from "../model/contract.ts";
import { didYouMean, printable, quote } from "../source/diagnostic.ts";
import { CONTRACT_KEYS, tellNotBuilt } from "./unsupported_keys.ts";
import { fileOf, timeoutOf } from "./contract_values.ts";
import { resolveJudge, resolveReview } from "./resolve_review.ts";
import { resolveSourceDiff, resolveTestCount } from "./resolve_diff_contracts.ts";
import type { ContractShape, StepShape } from "./pipeline_shape.ts";
import { listed } from "../source/fit_shape.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";

/** Kinds that are checked, each with the keys that say what is checked. */
const CHECKS = {
  json_schema: ["source", "schema", "schema_path"],
  non_empty_file: ["source"],
  test_suite: ["command", "command_args", "dir", "timeout"],
  agent_review: ["source", "persona", "model", "criteria", "criteria_path", "context", "timeout"],
  llm_judge: ["source", "persona", "model", "criteria", "context", "threshold", "timeout"],
  source_diff: ["glob", "exclude", "min_files", "base_ref"],
  test_diff: ["test_file_pattern", "test_func_pattern", "max_test_deletions", "base_ref"],
  test_count_baseline: ["test_file_pattern", "test_func_pattern", "max_test_deletions", "base_ref"],
} as const;

const CHECKED = Object.keys(CHECKS);

/** Kinds of other programs: a step that relied on one would pass unchecked. */
const NOT_BUILT = [
  ...["typescript_interface", "markdown_spec", "format", "spec_derived_test", "spec_derived"],
  "event_contains",
];

/** Keys that say what a check of some kind looks at. */
const CHECKING_KEYS = [
  ...["source", "schema", "schema_path", "command", "command_args", "dir", "timeout"],
  ...["persona", "model", "criteria", "criteria_path", "context", "glob", "exclude", "min_files"],
  ...["max_test_deletions", "test_file_pattern", "test_func_pattern", "base_ref", "events"],
  ...["threshold"],
  ...["spec_artifact", "test_persona", "implementation_step"],
] as const;

/**
 * The contract, or null when an error was reported that leaves nothing to check.
 *
 * @param persona of the step, who judges where nobody else is named.
 */
export function resolveContract(
  shape: ContractShape,
  persona: string | null,
  path: Path,
  report: Report,
): Contract | null {
  if (!isBuilt(shape.type)) {
    refuseKind(shape.type, path, report);
    return null;
  }
  tellNotBuilt(CONTRACT_KEYS, shape, path, report);
  refuseUnusedKeys(shape, shape.type, path, report);
  const base = baseOf(shape, path, report);
  switch (shape.type) {
    case "json_schema":
      return jsonSchema(shape, base, path, report);
    case "non_empty_file":
      return nonEmptyFile(shape, base, path, report);
    case "test_suite":
      return testSuite(shape, base, path, report);
    case "agent_review":
      return resolveReview(shape, base, path, report);
    case "llm_judge":
      return resolveJudge(shape, persona, base, path, report);
    case "source_diff":
      return resolveSourceDiff(shape, base);
    case "test_diff":
    case "test_count_baseline":
      return resolveTestCount(shape.type, shape, base, path, report);
  }
}

function isBuilt(type: string): type is keyof typeof CHECKS {
  return Object.hasOwn(CHECKS, type);
}

function refuseKind(type: string, path: Path, report: Report): void {
  const at = [...path, "type"];
  if (NOT_BUILT.includes(type)) {
    report.error(
      "not_built",
      at,
      `wave cannot check a contract ${quote(type)}: the step would pass without it`,
      `it can check ${listed(CHECKED)}; a test_suite may run any program`,
    );
    return;
  }
  report.error(
    "unknown_contract",
    at,
    `there is no contract ${quote(type)}; it must be ${listed(CHECKED)}`,
    didYouMean(type, [...CHECKED, ...NOT_BUILT]),
  );
}

/** A schema that a `non_empty_file` names is a check that nobody makes. */
function refuseUnusedKeys(
  shape: ContractShape,
  type: keyof typeof CHECKS,
  path: Path,
  report: Report,
): void {
  const used: readonly string[] = CHECKS[type];
  for (const key of CHECKING_KEYS) {
    if (shape[key] === undefined || used.includes(key)) continue;
    const owners = CHECKED.filter((kind) => isBuilt(kind) && has(CHECKS[kind], key));
    report.atKey(
      // Where nothing is looked at that was to be, a check is missing; what is only told twice is harmless.
      key === "model" || key === "source" || key === "timeout" ? "warning" : "error",
      "unused_key",
      [...path, key],
      `"${key}" has no effect in a contract "${type}"`,
      owners.length === 0 ? "no contract of wave has it" : `it belongs to ${listed(owners)}`,
    );
  }
}

function has(keys: readonly string[], key: string): boolean {
  return keys.includes(key);
}

function baseOf(shape: ContractShape, path: Path, report: Report): ContractBase {
  const said = shape.on_failure;
  return {
    position: report.source.at(path),
    onFailure: failureOf(shape, path, report),
    retries: said === undefined || said === "retry" || said === "fail" || said === "rework",
  };
}

function jsonSchema(
  shape: ContractShape,
  base: ContractBase,
  path: Path,
  report: Report,
): JsonSchemaContract {
  if (shape.schema_path === undefined && shape.schema === undefined) {
    report.warning(
      "missing_key",
      path,
      `a json_schema contract without "schema_path" or "schema" checks only that the file is JSON`,
    );
  }
  const source = fileOf(shape, "source", path, report);
  return { ...base, type: "json_schema", source, ...schemaOf(shape, path, report) };
}

function nonEmptyFile(
  shape: ContractShape,
  base: ContractBase,
  path: Path,
  report: Report,
): NonEmptyFileContract {
  return { ...base, type: "non_empty_file", source: fileOf(shape, "source", path, report) };
}

function testSuite(
  shape: ContractShape,
  base: ContractBase,
  path: Path,
  report: Report,
): TestSuiteContract | null {
  if (shape.command === undefined || shape.command.trim() === "") {
    report.error("missing_key", path, `a test_suite contract needs "command"`);
    return null;
  }
  if (shape.dir !== undefined && shape.dir !== "project_root" && shape.dir !== "workspace") {
    report.error(
      "wrong_value",
      [...path, "dir"],
      `"dir" must be project_root or workspace, not ${quote(shape.dir)}`,
      didYouMean(shape.dir, ["project_root", "workspace"]),
    );
  }
  return {
    ...base,
    type: "test_suite",
    command: shape.command,
    args: shape.command_args ?? [],
    directory: shape.dir === "project_root" ? "project" : "workspace",
    timeoutMs: timeoutOf(shape, path, report),
  };
}

function failureOf(shape: ContractShape, path: Path, report: Report): ContractFailure {
  const kind = shape.on_failure;
  if (kind !== "rework" && shape.rework_step !== undefined) {
    report.warning(
      "unused_key",
      [...path, "rework_step"],
      `"rework_step" has no effect without "on_failure: rework"`,
    );
  }
  if (kind === "rework") {
    if (shape.rework_step !== undefined) return { kind, step: shape.rework_step };
    report.warning(
      "missing_key",
      path,
      `"on_failure: rework" names no "rework_step": the step itself is tried again`,
    );
  }
  if (kind === "warn" || kind === "skip" || kind === "continue" || kind === "rejected") {
    return { kind };
  }
  // `retry` says only that it is tried again: `must_pass` says what follows when that does not help.
  if (shape.must_pass === false) return { kind: "warn" };
  return { kind: "fail" };
}

function schemaOf(
  shape: ContractShape,
  path: Path,
  report: Report,
): Pick<JsonSchemaContract, "schemaPath" | "schema"> {
  const { schema } = shape;
  if (schema === undefined) {
    return { schemaPath: fileOf(shape, "schema_path", path, report), schema: null };
  }
  if (typeof schema !== "string") return { schemaPath: null, schema: JSON.stringify(schema) };
  const at = [...path, "schema"];
  if (schema.endsWith(".json")) {
    report.atKey("warning", "old_key", at, `"schema" is read as "schema_path"`);
    return {
      schemaPath: fileOf({ ...shape, schema_path: schema }, "schema_path", path, report),
      schema: null,
    };
  }
  try {
    JSON.parse(schema);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report.error("bad_schema", at, `"schema" is not JSON: ${printable(error.message)}`);
  }
  return { schemaPath: null, schema };
}

/** Contracts of a step with their places. */
export function contractShapes(shape: StepShape, path: Path) {
  const { contract, contracts } = shape.handover ?? {};
  const at = [...path, "handover"];
  return [
    ...contract === undefined ? [] : [[contract, [...at, "contract"]] as const],
    ...(contracts ?? []).map((each, index) => [each, [...at, "contracts", index]] as const),
  ];
}
