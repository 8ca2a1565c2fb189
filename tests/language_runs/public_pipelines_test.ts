/**
 * Published pipelines of other people, run to their end on the mock adapter. They are not part of this
 * repository: `WAVE_PUBLIC_PIPELINES` names a folder with projects in it, each with its `wave.yaml` and
 * its pipelines in `.wave/pipelines` or `.agents/pipelines`. With them it takes minutes.
 */
import assert from "node:assert/strict";
import { type Project, project } from "../cli.ts";

const FOLDERS = [".wave/pipelines", ".agents/pipelines"];

/** Why a run cannot end here, as its error says: what only its own surroundings have. */
const NOT_OURS = [
  // Checks and permissions that wave does not have are refused.
  /guards something, and wave does not: |wave cannot check a contract |this names no value|takes no values of the run/,
  // Forms that only some older versions of their program had.
  /a step does one thing, and this one has pipeline and loop/,
  /"type" must be worktree, directory or folder, not the text "mount"/,
  /a step of "type: (command|gate)" needs "(script|gate)"/,
  /the condition ".*" cannot be read/,
  // Their tests are those of a Go project, which a workspace of its own is not.
  /go: warning: "\.\/\.\.\." matched no packages/,
  // A URL as the mock makes it up, which names no pull request.
  /its input must name (an issue|a pull request), as .*, not "https:\/\/example\.com"/,
  // What its step does not declare, which a warning tells, the mock cannot make up.
  /analysis\.txt: it is no JSON: .*mock answe/,
  /There is no adapter "browser"/,
  /Cannot run \S+: not on PATH: /,
  // A script that wants facts which no schema names, so that the mock does not make them up.
  /issue-context missing owner\/repo$/,
  // A file that the project lacks.
  /is invalid:\n\S+ error: there is no file /,
  /there is no JSON Schema at /,
  /exit code 127: .*not found/,
];

/** A pipeline reads what another one made: it is tried again when all have run. */
const NEEDS_ANOTHER = /of pipeline \S+ is not there/;

/** Longer than any of them takes on a slow machine. */
const LONGEST = "120s";

function namesIn(folder: string, filter: (entry: Deno.DirEntry) => boolean): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(filter).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** A copy of a published project as a git repository, and the names of its pipelines. */
async function copyOf(source: string): Promise<{ place: Project; pipelines: string[] }> {
  const place = await project({}, { bare: true });
  const made = await place.shell(
    `
    cp -R '${source}/.' .
    for folder in ${FOLDERS.slice(1).join(" ")}; do
      test -d "$folder" && mkdir -p .wave && cp -R "$folder" .wave/
    done
    # Guards that wave does not have are refused; these projects shall run without them.
    for file in wave.yaml .wave/pipelines/*.yaml; do
      [ -f "$file" ] || continue
      awk -v file="$file" '
        { match($0, /^ */); indent = RLENGTH }
        inside && (/^ *$/ || indent > start || indent == start && /^ *- /) { next }
        { inside = 0 }
        /^ +(token_scopes|token_budget):/ ||
          file == "wave.yaml" &&
          /^ +(max_total_steps|max_total_tokens|timeout_minutes|stall_timeout|budget_ceiling):/ {
          inside = 1; start = indent; next
        }
        { print }' "$file" > kept && mv kept "$file"
    done
    # What their contracts test is a Go project.
    test -f go.mod || printf 'module example.invalid/demo\\n\\ngo 1.20\\n' > go.mod
    test -f demo.go || printf 'package demo\\n' > demo.go
    mkdir .tools && printf '%s' "$FORGE_TOOL" > .tools/gh && chmod +x .tools/gh
    git init -q -b main && git config user.name t && git config user.email t@example.invalid
    git add -A && git commit -qm first`,
    { env: { FORGE_TOOL } },
  );
  assert.equal(made.code, 0, made.stderr);
  const yaml = (entry: Deno.DirEntry) => entry.name.endsWith(".yaml");
  const names = namesIn(`${place.root}/${FOLDERS[0]}`, yaml);
  return { place, pipelines: names.map((name) => name.replace(/\.yaml$/, "")) };
}

/** Stands for a tool that asks a forge, which has nothing to say here. */
const FORGE_TOOL = `#!/bin/sh
case "$*" in
  *" list "*|*" list") echo '[]' ;;
  *) echo '{}' ;;
esac
`;

/** With the tool that stands for a forge's. */
function toolsOf({ root }: Project): Record<string, string> {
  return { PATH: `${root}/.tools:${Deno.env.get("PATH")}` };
}

/** Null when the run completed, else its error. */
async function runOnMock(
  place: Project,
  pipeline: string,
  input: string,
): Promise<string | null> {
  const args = ["run", pipeline, input, "--mock", "--timeout", LONGEST, "-q"];
  const env = toolsOf(place);
  const { code } = await place.wave(args, { env });
  if (code === 0) return null;
  const { stdout } = await place.wave([
    ...["status", "--pipeline", pipeline, "--limit", "1", "--format", "json"],
  ]);
  const { pipelines } = JSON.parse(stdout) as {
    pipelines: { status: string; error_message: string | null }[];
  };
  const [run] = pipelines;
  if (run === undefined) return (await place.wave([...args, "--dry-run"], { env })).stderr.trim();
  return `${run.status}: ${run.error_message}`;
}

/** Inputs that name an issue or a pull request: any other text is refused before anything starts. */
const REFERENCES = ["issue_ref", "pr_ref"];

/** What each pipeline is given; of those that need an owner and a repository their own example. */
async function inputsOf(place: Project): Promise<(pipeline: string) => string> {
  const { stdout } = await place.wave(["list", "pipelines", "--format", "json"]);
  const { pipelines } = JSON.parse(stdout) as {
    pipelines: { name: string; input: { type: string | null; example: string | null } | null }[];
  };
  const inputs = new Map<string, string>();
  for (const { name, input } of pipelines) {
    if (!REFERENCES.includes(input?.type ?? "")) continue;
    inputs.set(name, input?.example ?? "acme/shop 42");
    const { code, stderr } = await place.wave(["run", name, "demo", "--mock", "-q"], {
      env: toolsOf(place),
    });
    assert.equal(code, 2, `${name}: ${stderr}`);
    const isTold = /its input must name (an issue|a pull request), as /.test(stderr);
    assert.ok(isTold || NOT_OURS.some((reason) => reason.test(stderr)), `${name}: ${stderr}`);
  }
  return (pipeline) => inputs.get(pipeline) ?? "demo";
}

async function runAll(
  place: Project,
  pipelines: readonly string[],
  inputOf: (pipeline: string) => string,
) {
  const errors = new Map<string, string | null>();
  const left = [...pipelines];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      errors.set(next, await runOnMock(place, next, inputOf(next)));
    }
  };
  await Promise.all([worker(), worker()]);
  return errors;
}

Deno.test("published pipelines validate, and run to their end on the mock", async (t) => {
  const base = Deno.env.get("WAVE_PUBLIC_PIPELINES");
  if (base === undefined) {
    console.log("skipped: WAVE_PUBLIC_PIPELINES names no folder with published pipelines");
    return;
  }
  for (const name of namesIn(base, ({ isDirectory }) => isDirectory)) {
    await t.step(name, async () => {
      const { place, pipelines } = await copyOf(`${base}/${name}`);
      await using _place = place;
      const validated = await place.wave(["validate"]);
      const errors = validated.stdout.split("\n").filter((line) => line.includes("error: "));
      // Files that a pipeline names and its project does not have are mistakes of that project.
      assert.deepEqual(
        errors.filter((line) =>
          !/there is no (file|prompt file) /.test(line) &&
          !NOT_OURS.some((reason) => reason.test(line))
        ),
        [],
        validated.stderr,
      );
      const inputOf = await inputsOf(place);
      const ends = await runAll(place, pipelines, inputOf);
      const again = [...ends].filter(([, error]) => NEEDS_ANOTHER.test(error ?? ""));
      for (const [pipeline] of again) {
        ends.set(pipeline, await runOnMock(place, pipeline, inputOf(pipeline)));
      }
      const bad = [...ends].filter(([, error]) => error !== null);
      console.log(`${name}: ${ends.size - bad.length} of ${ends.size} pipelines end`);
      for (const [pipeline, error] of bad) console.log(`  ${pipeline}: ${error}`);
      assert.deepEqual(
        bad.filter(([, error]) => !NOT_OURS.some((reason) => reason.test(error ?? ""))),
        [],
      );
    });
  }
});
