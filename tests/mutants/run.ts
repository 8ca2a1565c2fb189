/**
 * Makes each fault of `tests/mutants/` in a copy of the tree, one at a time, and runs the tests of its area.
 * A fault that no test notices is a promise without a test: it is printed, and the exit code is 1.
 *
 * Arguments narrow the list: words that the file or the broken promise contains.
 */
import { fromFileUrl, join } from "@std/path";
import { copySources } from "../copy_sources.ts";
import { MUTANTS } from "./mutants.ts";
import type { Mutant } from "./mutant.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const FLAVOUR = Deno.args.filter((arg) => arg.startsWith("--import-map="))
  .map((arg) => `--import-map=${join(ROOT, arg.slice("--import-map=".length))}`);
const WORDS = Deno.args.filter((arg) => arg !== "" && !arg.startsWith("--"));
/** A test that hangs because of the fault has noticed it. */
const LIMIT_MS = 120_000;

/** True when all `tests` pass in `tree`. */
async function passes(tree: string, tests: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["test", "--quiet", "--no-check", "--fail-fast", "--parallel", ...FLAVOUR],
      ...["--allow-read", "--allow-write", "--allow-run", "--allow-env", "--allow-sys", ...tests],
    ],
    cwd: tree,
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(LIMIT_MS),
  }).output();
  return success;
}

type Verdict =
  | "caught"
  | "SURVIVED"
  | "NO ANSWER: its tests fail without it"
  | "NO ANSWER: its text does not stand in the file once";

async function verdictOn(tree: string, mutant: Mutant): Promise<Verdict> {
  const { file, find, replace, tests } = mutant;
  const path = join(tree, file);
  const original = await Deno.readTextFile(path);
  if (original.split(find).length !== 2) {
    return "NO ANSWER: its text does not stand in the file once";
  }
  try {
    await Deno.writeTextFile(path, original.replace(find, () => replace));
    return await passes(tree, tests) ? "SURVIVED" : "caught";
  } finally {
    await Deno.writeTextFile(path, original);
  }
}

/** Of tests that fail without a fault, nothing can be said. */
class Baseline {
  readonly #tree: string;
  readonly #known = new Map<string, boolean>();

  constructor(tree: string) {
    this.#tree = tree;
  }

  async holds(tests: readonly string[]): Promise<boolean> {
    const key = tests.join("\n");
    const known = this.#known.get(key) ?? await passes(this.#tree, tests);
    this.#known.set(key, known);
    return known;
  }
}

const chosen = MUTANTS.filter(({ file, breaks }) =>
  WORDS.length === 0 || WORDS.some((word) => file.includes(word) || breaks.includes(word))
);
const tree = await Deno.makeTempDir({ prefix: "wave-mutants-" });
try {
  await copySources(tree);
  const baseline = new Baseline(tree);
  let caught = 0;
  for (const [index, mutant] of chosen.entries()) {
    const verdict: Verdict = await baseline.holds(mutant.tests)
      ? await verdictOn(tree, mutant)
      : "NO ANSWER: its tests fail without it";
    if (verdict === "caught") caught++;
    console.log(`${index + 1}/${chosen.length} ${verdict}  ${mutant.file}: ${mutant.breaks}`);
  }
  console.log(`${caught} of ${chosen.length} caught`);
  if (caught < chosen.length) Deno.exitCode = 1;
} finally {
  await Deno.remove(tree, { recursive: true });
}
