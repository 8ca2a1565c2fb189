/** Pipelines made of pipelines, items, loops and branches, in the whole program. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { attemptsIn, ended, entriesOf, latest, runsOf, stepsOf } from "./observe.ts";

Deno.test("a sub-pipeline is a run of its own, and hands its output up", async () => {
  await using place = await project({
    ".wave/pipelines/outer.yaml": `
steps:
  - id: ask
    type: command
    script: printf 'a question' > q.txt
    output_artifacts: [{ name: question, path: q.txt }]
  - id: inner
    pipeline: inner
    dependencies: [ask]
    input: "{{ input }} and more"
    config: { inject: [question], extract: [answer], env: { TONE: dry } }
  - id: use
    type: command
    dependencies: [inner]
    script: echo {{ steps.inner.artifacts.answer }}
`,
    ".wave/pipelines/inner.yaml": `
steps:
  - id: reply
    type: command
    script: printf '%s, %s, %s' {{ input }} {{ env.TONE }} "$(cat artifacts/question)" > a.txt
    output_artifacts: [{ name: answer, path: a.txt }]
pipeline_outputs: { answer: { step: reply, artifact: answer } }
`,
  });
  const { stdout } = ended(await place.wave(["run", "outer", "hi", "-v"]));
  assert.match(stdout, /^\[.*\] output +use.* hi and more, dry, a question$/m);
  const runs = await runsOf(place, "--all");
  assert.deepEqual(
    runs.map(({ pipeline, status }) => `${pipeline} ${status}`).sort(),
    ["inner completed", "outer completed"],
  );
  const [inner, outer] = runs;
  assert.ok(inner !== undefined && outer !== undefined);
  assert.deepEqual([inner.parent, outer.parent], [{ run_id: outer.id, step_id: "inner" }, null]);
  const text = ended(await place.wave(["status", inner.id])).stdout;
  assert.match(text, new RegExp(`^Within +${outer.id}, step inner$`, "m"));
  // The latest run is the one that was asked for, also without the database.
  assert.equal((await latest(place)).id, outer.id);
  await Deno.remove(`${place.root}/.wave/state.db`);
  assert.equal((await latest(place)).id, outer.id);
  assert.deepEqual((await latest(place, inner.id)).parent, inner.parent);
});

Deno.test("the stream of a run names each run within it, at its start and its end", async () => {
  await using place = await project({
    ".wave/pipelines/outer.yaml": "steps: [{ id: inner, pipeline: inner }]\n",
    ".wave/pipelines/inner.yaml":
      'steps: [{ id: say, type: command, script: echo hi; test -e "$WAVE_PROJECT/ok" }]\n',
  });
  const { stdout } = ended(await place.wave(["run", "outer"]), 1);
  const [inner] = await runsOf(place, "--pipeline", "inner");
  assert.ok(inner !== undefined);
  const told = (text: string) =>
    text.split("\n").flatMap((line) => / tool +inner (.*)$/.exec(line)?.[1] ?? []);
  assert.deepEqual(told(stdout), [
    `run ${inner.id} started: wave logs ${inner.id} -f`,
    `run ${inner.id} failed: wave logs ${inner.id}`,
  ]);
  assert.match(ended(await place.shell(`wave logs ${inner.id} -f`)).stdout, /failed +say/);
  await place.write("ok", "");
  const resumed = ended(await place.wave(["resume", "@latest", "--format", "json"])).jsonLines();
  const events = resumed.filter(({ state, step_id }) => state === "tool" && step_id === "inner");
  assert.deepEqual(events.map(({ message, data }) => [message, data]), [
    [`run ${inner.id} resumed: wave logs ${inner.id} -f`, { inner_run: inner.id }],
    [`run ${inner.id} completed: wave logs ${inner.id}`, { inner_run: inner.id }],
  ]);
});

Deno.test("cancel stops the whole of a run that is within a sub-pipeline", async () => {
  await using place = await project({
    ".wave/pipelines/outer.yaml": `
steps:
  - { id: inner, pipeline: inner }
  - { id: after, type: command, dependencies: [inner], script: echo after }
`,
    ".wave/pipelines/inner.yaml": `
steps:
  - id: wait
    type: command
    script: |
      touch "$WAVE_PROJECT/at"
      while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done
  - { id: more, type: command, dependencies: [wait], script: echo more }
`,
  });
  await using run = place.spawn(["run", "outer"]);
  await run.waitForLine(/running +inner/);
  ended(await place.shell(`while [ ! -e at ]; do sleep 0.02; done; wave cancel`));
  await run.waitForLine("cancelling");
  await place.write("go", "");
  ended(await run.result(), 4);
  const runs = await runsOf(place, "--all");
  assert.deepEqual(runs.map((run) => [run.status, ...stepsOf(run)]), [
    ["cancelled", "wait completed", "more skipped"],
    ["cancelled", "inner cancelled", "after skipped"],
  ]);
});

Deno.test("a sub-pipeline that fails fails its step, and both are told", async () => {
  await using place = await project({
    ".wave/pipelines/outer.yaml": "steps:\n  - { id: inner, pipeline: inner }\n",
    ".wave/pipelines/inner.yaml":
      "steps:\n  - { id: break, type: command, script: echo sorry >&2; exit 3 }\n",
  });
  const { stderr } = ended(await place.wave(["run", "outer"]), 1);
  assert.match(
    stderr,
    /step inner failed: pipeline inner failed: step break failed: exit code 3: sorry \(inner-/,
  );
  assert.deepEqual((await runsOf(place, "--all")).map(({ status }) => status), [
    "failed",
    "failed",
  ]);
});

/** Each item waits until three have begun, and then until `go` stands in the project. */
const ITEM = `
      printf started > "$WAVE_PROJECT/at-{{ item_index }}"
      until [ "$(ls "$WAVE_PROJECT" | grep -c ^at-)" -ge 3 ]; do sleep 0.02; done
      printf '{"name":"%s","at":%d}' {{ item.name }} {{ item_index }} > out.json`;

Deno.test("iterate does three items of a JSON artifact at once", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - id: list
    type: command
    script: echo '{"all":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"},{"name":"e"}]}' > l.json
    output_artifacts: [{ name: items, path: l.json, type: json }]
  - id: each
    type: command
    iterate: { over: "{{ steps.list.artifacts.items.all }}", mode: parallel, max_concurrent: 3 }
    script: |${ITEM}
    output_artifacts: [{ name: out, path: out.json, type: json }]
  - id: merge
    aggregate: { from: "{{ each.output }}", into: merged.json, strategy: merge_arrays }
`,
  });
  ended(await place.wave(["run", "p"]));
  const entries = (await entriesOf(place)).filter(({ step_id }) => step_id === "each");
  const spans = Array.from({ length: 5 }, (_, index) => {
    const at = (word: string) => {
      const message = `item ${index + 1} of 5 ${word}`;
      return entries.find((entry) => entry.message === message)?.timestamp ?? "never";
    };
    return { from: at("started"), to: at("completed") };
  });
  // The first three overlap; the fourth begins only when one of them has ended.
  const [a, b, c, d] = spans;
  assert.ok(a && b && c && d);
  const latestStart = [a.from, b.from, c.from].sort().at(-1) ?? "";
  const firstEnd = [a.to, b.to, c.to].sort()[0] ?? "";
  assert.ok(latestStart <= firstEnd, JSON.stringify(spans));
  assert.ok(d.from >= firstEnd, JSON.stringify(spans));
  ended(await place.wave(["artifacts", "--step", "merge", "--export", "out"]));
  const merged: unknown = JSON.parse(
    await Deno.readTextFile(`${place.root}/out/merge/merged.json`),
  );
  assert.deepEqual(merged, ["a", "b", "c", "d", "e"].map((name, at) => ({ name, at })));
});

Deno.test("a matrix works through the items of an artifact, and names the one that fails", async () => {
  const pipeline = (bad: string) => `
steps:
  - id: plan
    type: command
    script: echo '{"work":{"tasks":["x","y","z"]}}' > plan.json
    output_artifacts: [{ name: plan, path: plan.json, type: json }]
  - id: do
    type: command
    strategy: { type: matrix, items_source: plan/plan, item_key: work.tasks, max_concurrency: 2 }
    script: test {{ item }} != ${bad} && printf %s {{ item }} > made.txt
    output_artifacts: [{ name: made, path: made.txt }]
  - id: after
    type: command
    dependencies: [do]
    script: printf %s {{ do.output }} | tr -d ' \\n'
`;
  await using place = await project({
    ".wave/pipelines/good.yaml": pipeline("none"),
    ".wave/pipelines/bad.yaml": pipeline("y"),
  });
  const { stdout } = ended(await place.wave(["run", "good", "-v"]));
  assert.match(stdout, /^\[.*\] output +after.* \["x","y","z"\]$/m);
  const { artifacts } = ended(await place.wave(["artifacts", "--step", "do", "--format", "json"]))
    .json();
  assert.deepEqual(
    (artifacts as { path: string }[]).map(({ path }) => path.replace(/^.*\/do\//, "")),
    [
      "collected-output.json",
      "0/made.txt",
      "1/made.txt",
      "2/made.txt",
    ],
  );
  const bad = ended(await place.wave(["run", "bad"]), 1);
  assert.match(bad.stderr, /step do failed: item 2 of 3 \("y"\) failed: exit code 1/);
  assert.deepEqual(stepsOf(await latest(place)), ["plan completed", "do failed", "after skipped"]);
});

Deno.test("a loop ends when its condition holds, or at its limit", async () => {
  const pipeline = (until: string, script: string) => `
steps:
  - id: again
    loop:
      max_iterations: 3
      ${until}
      steps:
        - id: try
          type: command
          script: ${script}
          output_artifacts: [{ name: done, path: done.txt }]
  - id: after
    type: command
    dependencies: [again]
    script: echo after
`;
  const UNTIL = 'until: "{{ steps.try.artifacts.done }}"';
  await using place = await project({
    ".wave/pipelines/soon.yaml": pipeline(
      UNTIL,
      "test {{ iteration }} = 1 && echo true > done.txt || echo false > done.txt",
    ),
    ".wave/pipelines/never.yaml": pipeline(UNTIL, "echo false > done.txt"),
    ".wave/pipelines/told.yaml": pipeline(
      `${UNTIL}\n      on_limit: continue`,
      "echo false > done.txt",
    ),
    ".wave/pipelines/fails.yaml": pipeline("", "test -e nothing"),
  });
  ended(await place.wave(["run", "soon"]));
  assert.deepEqual(attemptsIn(await entriesOf(place)), ["again 1", "try 1", "try 2", "after 1"]);
  const never = ended(await place.wave(["run", "never"]), 1);
  assert.match(never.stderr, /step again failed: not done after 3 iterations: .* never came true/);
  const told = ended(await place.wave(["run", "told"]));
  assert.match(
    told.stdout,
    /warning +again.* tolerated \(on_limit: continue\): not done after 3 iterations: /,
  );
  const fails = ended(await place.wave(["run", "fails"]), 1);
  assert.match(
    fails.stderr,
    /step again failed: not done after 3 iterations: step try failed: exit code 1/,
  );
  const run = await latest(place);
  assert.deepEqual(stepsOf(run), ["again failed", "try failed", "after skipped"]);
  assert.equal(run.steps[1]?.attempt, 3);
});

Deno.test("a branch runs the pipeline that a value selects", async () => {
  await using place = await project({
    ".wave/pipelines/choose.yaml": `
steps:
  - id: go
    branch:
      on: "{{ input }}"
      cases: { big: large, small: little, none: skip }
`,
    ".wave/pipelines/large.yaml": "steps:\n  - { id: a, type: command, script: 'true' }\n",
    ".wave/pipelines/little.yaml": "steps:\n  - { id: a, type: command, script: 'true' }\n",
  });
  const went: [string, string[]][] = [
    ["big", ["choose", "large"]],
    ["none", ["choose"]],
  ];
  for (const [input, pipelines] of went) {
    ended(await place.wave(["run", "choose", input]));
    const ids = (await runsOf(place, "--all")).map(({ pipeline }) => pipeline);
    assert.deepEqual(ids.sort(), pipelines);
    ended(await place.wave(["clean", "--all", "--force"]));
  }
  const { stderr } = ended(await place.wave(["run", "choose", "odd"]), 1);
  assert.match(stderr, /No case of the branch fits "odd"/);
});

Deno.test("concat joins texts, in the order of the items", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - id: each
    type: command
    iterate: { over: '["one","two","three"]', mode: parallel }
    script: printf 'part %s\\n' {{ item }} > part.md
    output_artifacts: [{ name: part, path: part.md }]
  - id: all
    aggregate: { from: "{{ each.output }}", into: all.md, strategy: concat }
    output_artifacts: [{ name: all, path: all.md, type: markdown }]
`,
  });
  ended(await place.wave(["run", "p"]));
  ended(await place.wave(["artifacts", "--name", "all", "--export", "out"]));
  assert.equal(
    await Deno.readTextFile(`${place.root}/out/all/all.md`),
    "part one\npart two\npart three\n",
  );
});
