/** Contracts that compare a step's work with what was committed: `source_diff`, `test_diff`, `test_count_baseline`. */
import type { ContractBase, SourceDiffContract, TestCountContract } from "../model/contract.ts";
import { printable } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import type { ContractShape } from "./pipeline_shape.ts";

export function resolveSourceDiff(shape: ContractShape, base: ContractBase): SourceDiffContract {
  return {
    ...base,
    type: "source_diff",
    glob: shape.glob ?? null,
    exclude: shape.exclude ?? [],
    minFiles: shape.min_files ?? 1,
    base: shape.base_ref ?? "HEAD",
  };
}

/** Files in which tests usually are. */
const TEST_FILES = [
  ...["*_test.go", "test_*.py", "*_test.py", "*_test.rs", "*Test.java", "*_spec.rb", "*_test.ts"],
  ...["ts", "tsx", "js", "jsx", "mjs", "cjs"].flatMap((end) => [`*.test.${end}`, `*.spec.${end}`]),
];

/** A line that declares a test, in the languages of those files. */
const TEST_LINE =
  "^\\s*(func (Test|Example|Benchmark|Fuzz)|(async )?def test|#\\[(\\w+::)?test|@Test\\b|(Deno\\.)?(it|test)(\\.\\w+)?\\s*[('\"`])";

/** @param kind whose older side is the last commit, or the one before it. */
export function resolveTestCount(
  kind: "test_diff" | "test_count_baseline",
  shape: ContractShape,
  base: ContractBase,
  path: Path,
  report: Report,
): TestCountContract {
  const files = shape.test_file_pattern ?? TEST_FILES;
  return {
    ...base,
    type: kind,
    files: typeof files === "string" ? [files] : files,
    declaration: patternOf(shape, path, report),
    maxDeletions: shape.max_test_deletions ?? 0,
    base: shape.base_ref ?? (kind === "test_diff" ? "HEAD" : "HEAD~1"),
  };
}

function patternOf({ test_func_pattern }: ContractShape, path: Path, report: Report): string {
  // Lines are looked at one by one, so that the flag of other languages says nothing more.
  const pattern = (test_func_pattern ?? TEST_LINE).replace(/^\(\?m\)/, "");
  try {
    new RegExp(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report.error(
      "wrong_value",
      [...path, "test_func_pattern"],
      `"test_func_pattern" is no regular expression: ${printable(error.message)}`,
    );
  }
  return pattern;
}
