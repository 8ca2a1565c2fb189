/** Contracts that compare what a step did with what was committed. */
import assert from "node:assert/strict";
import { dirname, join } from "@std/path";
import { matchesGlob, sourceDiff } from "../../../executor/contracts/source_diff.ts";
import { testCount } from "../../../executor/contracts/test_count.ts";
import type {
  SourceDiffContract,
  TestCountContract,
} from "../../../executor/language/model/contract.ts";
import { resolvedPipeline } from "../language/project.ts";

const SIGNAL = new AbortController().signal;

/** A repository with two commits, the second of which adds a test. */
class Repository implements Disposable {
  readonly root = Deno.makeTempDirSync({ prefix: "wave-diff-" });

  constructor() {
    this.git("init", "-q", "-b", "main");
    this.write("a_test.go", "func TestOne(t *testing.T) {}\nfunc helper() {}\n");
    this.write("src/a.go", "package a\n");
    this.commit();
    this.write("a_test.go", "func TestOne(t *testing.T) {}\nfunc TestTwo(t *testing.T) {}\n");
    this.commit();
  }

  git(...args: string[]): void {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    const { success } = new Deno.Command("git", { args: ["-C", this.root, ...identity, ...args] })
      .outputSync();
    assert.ok(success, args.join(" "));
  }

  commit(): void {
    this.git("add", "-A");
    this.git("commit", "-q", "-m", "x");
  }

  write(path: string, text: string): void {
    Deno.mkdirSync(dirname(join(this.root, path)), { recursive: true });
    Deno.writeTextFileSync(join(this.root, path), text);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}

/** The contract that the YAML means. */
function contract(yaml: string) {
  const { steps } = resolvedPipeline(
    `steps: [{ id: a, script: "true", handover: { contract: { ${yaml} } } }]`,
  );
  const [found] = steps[0]?.contracts ?? [];
  assert.ok(found !== undefined);
  return found;
}

type Change = (repository: Repository) => void;
const ONE = "func TestOne(t *testing.T) {}\n";
const LOST = "1 test fewer than at HEAD (2, now 1), where at most 0 may go: a_test.go 2 to 1";

Deno.test("test_diff and test_count_baseline tell tests that have gone", async () => {
  const table: [string, string, Change, string | null][] = [
    ["nothing was done", "type: test_diff", () => {}, null],
    ["a test was removed", "type: test_diff", (it) => it.write("a_test.go", ONE), LOST],
    [
      "one may go",
      "type: test_diff, max_test_deletions: 1",
      (it) => it.write("a_test.go", ONE),
      null,
    ],
    ["a test moved to a new file", "type: test_diff", (it) => {
      it.write("a_test.go", ONE);
      it.write("new/b_test.go", "func TestTwo(t *testing.T) {}\n");
    }, null],
    [
      "a whole file was removed",
      "type: test_diff",
      (it) => Deno.removeSync(join(it.root, "a_test.go")),
      LOST.replace("1 test ", "2 tests ").replace("now 1", "now 0").replace("2 to 1", "2 to 0"),
    ],
    ["a removal was committed", "type: test_diff", (it) => {
      it.write("a_test.go", ONE);
      it.commit();
    }, null],
    [
      "a removal was committed, and is looked for",
      "type: test_count_baseline",
      (it) => {
        it.write("a_test.go", ONE);
        it.commit();
      },
      LOST.replace("HEAD", "HEAD~1"),
    ],
    ["a test was committed", "type: test_count_baseline", () => {}, null],
    [
      "tests of another kind",
      `type: test_diff, test_file_pattern: "*.rules", test_func_pattern: "^rule "`,
      (it) => it.write("a_test.go", ""),
      null,
    ],
    [
      "a commit that is not there",
      "type: test_count_baseline, base_ref: v9",
      () => {},
      "git rev-parse --verify failed: fatal: Needed a single revision",
    ],
  ];
  for (const [name, yaml, change, expected] of table) {
    using it = new Repository();
    change(it);
    const reason = await testCount(it.root, contract(yaml) as TestCountContract, SIGNAL)
      .then(({ reason }) => reason, (error) => error.message);
    assert.equal(reason, expected, name);
  }
});

Deno.test("where git knows no file, tests cannot be compared, and the contract fails", async () => {
  using it = new Repository();
  it.write(".gitignore", "ignored\n");
  it.commit();
  for (const folder of ["ignored/step", "new"]) {
    it.write(`${folder}/b_test.go`, ONE);
    for (const type of ["test_diff", "test_count_baseline"]) {
      const { reason } = await testCount(
        join(it.root, folder),
        contract(`type: ${type}`) as TestCountContract,
        SIGNAL,
      );
      assert.match(reason ?? "", /^HEAD(~1)? has no files in the step's folder, .* worktree/, type);
    }
  }
});

Deno.test("the tests of several languages are known", async () => {
  using it = new Repository();
  const lines: Readonly<Record<string, string>> = {
    "a_test.py": "  def test_it(self):\n",
    "b.test.ts": "Deno.test('it', () => {});\n",
    "c.spec.js": "  it.only(`does`, () => {});\n",
    "ATest.java": "  @Test\n",
  };
  for (const [path, text] of Object.entries(lines)) it.write(path, text);
  it.commit();
  for (const path of Object.keys(lines)) it.write(path, "");
  const { reason } = await testCount(
    it.root,
    contract("type: test_diff") as TestCountContract,
    SIGNAL,
  );
  assert.match(reason ?? "", /^4 tests fewer than at HEAD \(6, now 2\)/);
});

Deno.test("source_diff wants files that have changed", async () => {
  const table: [string, string, Change, string | null][] = [
    ["nothing", "type: source_diff", () => {}, "0 of at least 1 files changed since HEAD"],
    ["a change", "type: source_diff", (it) => it.write("src/a.go", "x"), null],
    ["a new file", "type: source_diff, glob: '*.go'", (it) => it.write("src/b.go", "x"), null],
    [
      "another file",
      "type: source_diff, glob: '*.go'",
      (it) => it.write("notes.md", "x"),
      "0 of at least 1 files changed since HEAD (not counted: notes.md)",
    ],
    [
      "an excluded file",
      "type: source_diff, exclude: ['specs/**']",
      (it) => it.write("specs/deep/a.md", "x"),
      "0 of at least 1 files changed since HEAD (not counted: specs/deep/a.md)",
    ],
    [
      "too few",
      "type: source_diff, min_files: 2",
      (it) => it.write("src/a.go", "x"),
      "1 of at least 2 files changed since HEAD",
    ],
    ["since another commit", "type: source_diff, base_ref: HEAD~1", () => {}, null],
  ];
  for (const [name, yaml, change, expected] of table) {
    using it = new Repository();
    change(it);
    const { reason } = await sourceDiff(it.root, contract(yaml) as SourceDiffContract, SIGNAL);
    assert.equal(reason, expected, name);
  }
});

Deno.test("matchesGlob() stays within a folder, save for **", () => {
  const table: [string, string, boolean][] = [
    ["src/a.ts", "*.ts", true],
    ["src/a.ts", "src/*", true],
    ["src/deep/a.ts", "src/*", false],
    ["src/deep/a.ts", "src/**", true],
    ["a.ts", "**/a.ts", true],
    ["a.tsx", "*.{ts,js}", false],
    ["a.js", "*.{ts,js}", true],
    ["a+b.md", "a+b.md", true],
    ["abmd", "a?.md", false],
  ];
  for (const [path, glob, expected] of table) {
    assert.equal(matchesGlob(path, glob), expected, `${path} ${glob}`);
  }
});
