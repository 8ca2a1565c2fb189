/** Going on with runs that failed, were killed or changed, in the whole program. */
import assert from "node:assert/strict";
import { type Project, project } from "../cli.ts";
import { allNumbersOf, attemptsIn, ended, entriesOf, latest, stepsOf } from "./observe.ts";

async function plan(place: Project, ...args: string[]): Promise<string[]> {
  const { plan } = ended(await place.wave([...args, "--format", "json"])).json();
  return (plan as { id: string; action: string; reason: string }[])
    .map(({ id, action, reason }) => `${id} ${action}: ${reason}`);
}

function gapless(seqs: readonly number[]): boolean {
  return seqs.every((seq, index) => seq === index + 1);
}

/** Three workers side by side, the second of which waits for `go`, and one that joins them. */
const KILLED = `
steps:
  - id: one
    type: command
    script: echo one > one.txt
    output_artifacts: [{ name: one, path: one.txt }]
  - id: two
    type: command
    script: |
      echo at two
      while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done
      echo two > two.txt
    output_artifacts: [{ name: two, path: two.txt }]
  - id: join
    type: command
    dependencies: [one, two]
    script: echo {{ one.output }} {{ two.output }}
`;

Deno.test("after kill -9 a resume reuses what is done and runs the rest, as one run", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": KILLED });
  await using run = place.spawn(["run", "p", "-v"]);
  await run.waitForLine(/completed +one/);
  await run.waitForLine(/output +two at two/);
  run.kill("SIGKILL");
  await run.result();
  const killed = await latest(place);
  assert.deepEqual([killed.status, killed.liveness], ["failed", "interrupted"]);

  assert.deepEqual(await plan(place, "resume", "@latest", "--plan"), [
    "one reuse: completed",
    "two run: interrupted",
    "join run: depends on two, which runs again",
  ]);
  await place.write("go", "");
  const resumed = ended(await place.wave(["resume", "@latest", "-v"]));
  assert.match(resumed.stdout, /output +join one two$/m);
  const entries = await entriesOf(place);
  assert.ok(gapless(entries.map(({ seq }) => seq)));
  assert.deepEqual(new Set(entries.map(({ run_id }) => run_id)), new Set([killed.id]));
  assert.deepEqual(attemptsIn(entries), ["one 1", "two 1", "two 2", "join 1"]);
  const run2 = await latest(place);
  assert.deepEqual([run2.status, run2.liveness], ["completed", "finished"]);
  assert.deepEqual(stepsOf(run2), ["one completed", "two completed", "join completed"]);
});

const prompts = (persona: string) => ({
  "wave.yaml": `
metadata: { name: t }
adapters: { mock: { binary: mock } }
personas: { writer: { adapter: mock, system_prompt_file: .wave/personas/writer.md } }
`,
  ".wave/personas/writer.md": persona,
  ".wave/prompts/write.md": "Write about {{ input }}.",
  ".wave/pipelines/p.yaml": `
steps:
  - { id: inner, pipeline: inner }
  - id: write
    persona: writer
    exec: { type: prompt, source_path: .wave/prompts/write.md }
  - id: free
    type: command
    script: echo free
  - id: last
    type: command
    dependencies: [inner, write, free]
    script: test -e "$WAVE_PROJECT/ok"
`,
  ".wave/pipelines/inner.yaml": "steps:\n  - { id: a, type: command, script: echo a }\n",
});

Deno.test("what changed since it ran runs again, wherever it is written", async () => {
  await using place = await project(prompts("You write."));
  ended(await place.wave(["run", "p", "x"]), 1);
  const same = [
    "inner reuse: completed",
    "write reuse: completed",
    "free reuse: completed",
    "last run: failed",
  ];
  const { id } = await latest(place);
  const look = () => plan(place, "resume", id, "--plan");
  assert.deepEqual(await look(), same);
  const changed = (step: string) =>
    same.map((line) =>
      line.startsWith(step)
        ? `${step} run: changed since it ran`
        : line.startsWith("last")
        ? `last run: depends on ${step}, which runs again`
        : line
    );
  const changes: [string, string, string][] = [
    ["write", ".wave/personas/writer.md", "You write well."],
    ["write", ".wave/prompts/write.md", "Write much about {{ input }}."],
    [
      "inner",
      ".wave/pipelines/inner.yaml",
      "steps:\n  - { id: a, type: command, script: echo b }\n",
    ],
  ];
  for (const [step, file, text] of changes) {
    const before = await Deno.readTextFile(`${place.root}/${file}`);
    await place.write(file, text);
    assert.deepEqual(await look(), changed(step), file);
    await place.write(file, before);
  }
  // Where a step stands in its file, and what stands around it, is no change of it.
  const yaml = await Deno.readTextFile(`${place.root}/.wave/pipelines/p.yaml`);
  const extra = "  - { id: new, type: command, script: echo new }\n";
  await place.write(".wave/pipelines/p.yaml", `# A comment\n${yaml}${extra}`);
  assert.deepEqual(await look(), [...same, "new run: new in the pipeline"]);
  await place.write("ok", "");
  ended(await place.wave(["resume", id]));
  assert.deepEqual(stepsOf(await latest(place, id)), [
    ...["inner completed", "write completed", "free completed", "last completed", "new completed"],
  ]);
  assert.ok(gapless(await allNumbersOf(place, id)));
});

Deno.test("a step that another one took over is not tried again", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - id: try
    type: command
    script: echo x >> "$WAVE_PROJECT/tries"; false
    retry: { max_attempts: 1, on_failure: rework, rework_step: mend }
  - id: mend
    rework_only: true
    type: command
    script: echo mended > out.txt
    output_artifacts: [{ name: out, path: out.txt }]
  - id: last
    type: command
    dependencies: [try]
    memory: { inject_artifacts: [{ step: try, artifact: out, as: out.txt }] }
    script: cat artifacts/out.txt; test -e "$WAVE_PROJECT/ok"
  - id: unused
    rework_only: true
    type: command
    script: echo never
`,
  });
  const text = await Deno.readTextFile(`${place.root}/.wave/pipelines/p.yaml`);
  // The artifact is that of the step that takes over.
  await place.write(
    ".wave/pipelines/p.yaml",
    text.replace("    retry:", "    output_artifacts: [{ name: out, path: out.txt }]\n    retry:"),
  );
  ended(await place.wave(["run", "p"]), 1);
  assert.deepEqual(await plan(place, "resume", "@latest", "--plan"), [
    "try reuse: failed, and mend took over: completed",
    "mend reuse: runs only if another step fails",
    "last run: failed",
    "unused reuse: runs only if another step fails",
  ]);
  await place.write("ok", "");
  const { stdout } = ended(await place.wave(["resume", "@latest", "-v"]));
  assert.match(stdout, /output +last.* mended$/m);
  assert.equal(await Deno.readTextFile(`${place.root}/tries`), "x\n");
  assert.deepEqual(attemptsIn(await entriesOf(place)), ["try 1", "mend 1", "last 1", "last 2"]);
});

Deno.test("an answered gate and a worktree are found again by a resume", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - id: ask
    gate: { type: approval, choices: [{ key: a, target: go }, { key: b, target: go }] }
  - id: work
    type: command
    dependencies: [ask]
    workspace: { type: worktree, branch: "b/{{ pipeline_id }}" }
    script: echo {{ gate.ask.choice }} > made
  - id: last
    type: command
    dependencies: [work]
    workspace: { type: worktree, branch: "b/{{ pipeline_id }}" }
    script: cat made; test -e "$WAVE_PROJECT/ok"
`,
  });
  ended(
    await place.shell(`git init -q -b main && git add wave.yaml
    git -c user.name=t -c user.email=t@example.invalid commit -qm first`),
  );
  await using run = place.spawn(["run", "p"]);
  await run.waitForLine(/waiting for an answer/);
  ended(await place.wave(["approve", "@latest", "b"]));
  ended(await run.result(), 1);
  await place.write("ok", "");
  const { stdout } = ended(await place.wave(["resume", "@latest", "-v"]));
  assert.match(stdout, /output +last.* b$/m);
  assert.deepEqual(attemptsIn(await entriesOf(place)), ["ask 1", "work 1", "last 1", "last 2"]);
});

Deno.test("run --from-step takes over what the latest fitting run made, and records it", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - id: a
    type: command
    script: echo {{ input }} > a.txt
    output_artifacts: [{ name: a, path: a.txt }]
  - id: b
    type: command
    dependencies: [a]
    script: echo "b of {{ a.output }}"
`,
  });
  ended(await place.wave(["run", "p", "one"]));
  ended(await place.wave(["run", "p", "two"]));
  const { id } = await latest(place);
  const again = ended(await place.wave(["run", "p", "three", "--from-step", "b", "-v"]));
  assert.match(again.stdout, new RegExp(`completed +a.* reused from ${id}$`, "m"));
  assert.match(again.stdout, /output +b b of two$/m);
  assert.deepEqual(stepsOf(await latest(place)), ["a completed", "b completed"]);
  assert.deepEqual(attemptsIn(await entriesOf(place)), ["b 1"]);
  // What was taken over is the new run's too: it can be exported, and resumed from.
  const { artifacts } = ended(await place.wave(["artifacts", "--format", "json"])).json();
  assert.deepEqual(
    (artifacts as { name: string; state: string }[]).map(({ name, state }) => [
      name,
      state,
    ]),
    [["a", "ok"]],
  );
  assert.deepEqual(await plan(place, "resume", "@latest", "--plan"), [
    "a reuse: completed",
    "b reuse: completed",
  ]);
});

/** The tests are red until the second fix, and the first fix hangs. */
const FIXED = `
steps:
  - id: make
    script: 'true'
  - id: test
    dependencies: [make]
    max_visits: 3
    script: test -e "$WAVE_PROJECT/fixed"
    edges: [{ target: done, condition: outcome=success }, { target: fix }]
  - id: fix
    script: |
      echo at fix
      while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done
      [ {{ input }} != good ] || touch "$WAVE_PROJECT/fixed"
    edges: [{ target: test }]
  - id: done
    script: echo green
`;

Deno.test("a resume goes on behind the failure that an edge led on from, and counts on", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": FIXED });
  for (const input of ["good", "bad"]) {
    await using run = place.spawn(["run", "p", input, "-v"]);
    await run.waitForLine(/output +fix at fix/);
    run.kill("SIGKILL");
    await run.result();
    assert.deepEqual(await plan(place, "resume", "@latest", "--plan"), [
      ...["make reuse: completed", "test reuse: failed, which leads to fix"],
      ...["fix run: interrupted", "done run: not started yet"],
    ]);
    await place.write("go", "");
    await place.wave(["resume", "@latest"]);
    const after = await latest(place);
    const steps = stepsOf(after);
    if (input === "good") {
      assert.deepEqual(steps, [
        "make completed",
        "test completed",
        "fix skipped",
        "done completed",
      ]);
      assert.deepEqual(attemptsIn(await entriesOf(place)), [
        ...["make 1", "test 1", "fix 1", "fix 2", "test 2", "done 1"],
      ]);
    } else {
      assert.equal(
        after.error_message,
        "step test failed: it was started 3 times, as often as max_visits allows",
      );
    }
    assert.match(ended(await place.wave(["status", after.id])).stdout, /^test .* \(visit [23]\) /m);
    await place.shell("rm -f go fixed");
  }
});
