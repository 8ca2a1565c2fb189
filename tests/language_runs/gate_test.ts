/** Gates, answered from another terminal. */
import assert from "node:assert/strict";
import { type Project, project } from "../cli.ts";
import { attemptsIn, ended, entriesOf, latest, stepsOf } from "./observe.ts";

const PIPELINE = `
steps:
  - id: draft
    type: command
    script: echo draft > draft.txt
    output_artifacts: [{ name: draft, path: draft.txt }]
  - id: review
    dependencies: [draft]
    gate:
      type: approval
      message: Publish {{ input }}?
      freeform: true
      choices:
        - { key: y, label: Yes, target: publish }
        - { key: r, label: Revise, target: draft }
        - { key: n, label: No, target: _fail }
  - id: publish
    type: command
    dependencies: [review]
    script: echo "{{ gate.review.choice }} {{ gate.review.text }}"
`;

const asked = (place: Project) => place.wave(["approve", "@latest", "--format", "json"]);

Deno.test("a gate waits for wave approve in another terminal, and can send the run back", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  await using run = place.spawn(["run", "p", "it", "-v"]);
  await run.waitForLine(/waiting for an answer: Publish it\?/);
  const running = await latest(place);
  assert.deepEqual([running.status, running.liveness], ["running", "alive"]);
  assert.deepEqual(stepsOf(running), ["draft completed", "review running", "publish pending"]);
  const { gate } = ended(await asked(place)).json();
  const { step_id, message, choices } = gate as {
    step_id: string;
    message: string;
    choices: { key: string }[];
  };
  assert.deepEqual([step_id, message, choices.map(({ key }) => key)], [
    "review",
    "Publish it?",
    ["y", "r", "n"],
  ]);
  ended(await place.wave(["approve", "@latest", "maybe"]), 2);
  const first = await place.wave(["approve", "@latest", "r", "--text", "shorter", "--by", "ann"]);
  ended(first);
  await run.waitForCount(2, (line) => line.includes("waiting for an answer"));
  const yes = ["approve", "@latest", "yes", "--text", "fine", "--format", "json"];
  const second = ended(await place.wave(yes, { env: { USER: "bob" } })).json();
  assert.deepEqual((second.gate as { answer: unknown }).answer, {
    ...{ choice: "y", text: "fine", by: "bob" },
  });
  const { stdout } = ended(await run.result());
  assert.match(stdout, /output +publish.* y fine$/m);
  const answers = (await entriesOf(place)).flatMap(({ message, data }) =>
    message.startsWith("answered") ? [[message, data?.["by"]]] : []
  );
  assert.deepEqual(answers, [
    ['answered "Revise" by ann: shorter', "ann"],
    ['answered "Yes" by bob: fine', "bob"],
  ]);
  assert.deepEqual(attemptsIn(await entriesOf(place)), [
    ...["draft 1", "review 1", "draft 2", "review 2", "publish 1"],
  ]);
  ended(await asked(place), 3);
});

Deno.test("a detached run that waits says in its log and in status what to type", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  const id = ended(await place.wave(["run", "p", "it", "--detach"])).stdout.trim();
  await using log = place.spawn(["logs", id, "-f", "--level", "info"]);
  await log.waitForLine("waiting for an answer: Publish it?");
  const command = await log.waitForLine(/^ +wave approve/);
  assert.equal(command.trim(), `wave approve ${id} --step review y  # or r, n`);
  const { steps } = await latest(place, id);
  assert.deepEqual(steps.map(({ waiting_for }) => waiting_for), [null, "approval", null]);
  const shown = ended(await place.wave(["status", id])).stdout;
  assert.match(shown, /^Status +running \(waiting\)$/m);
  assert.match(shown, new RegExp(`^Waiting +for approval: wave approve ${id} --step review$`, "m"));
  assert.match(shown, /^review .* running \(waiting\) /m);
  assert.match(ended(await place.wave(["status"])).stdout, / running \(waiting\) +review /);
  ended(await place.shell(command));
  ended(await log.result());
  const after = await latest(place, id);
  assert.deepEqual([after.status, ...after.steps.map(({ waiting_for }) => waiting_for)], [
    ...["completed", null, null, null],
  ]);
});

Deno.test("a gate without a message is named by its step", async () => {
  const steps =
    "steps: [{ id: ship, gate: { type: approval, choices: [{ key: y, label: Yes, target: go }] } }]\n";
  await using place = await project({ ".wave/pipelines/p.yaml": steps });
  await using run = place.spawn(["run", "p"]);
  await run.waitForLine(/waiting for an answer: ship$/);
  assert.equal(ended(await place.wave(["approve", "@latest"])).stdout, "ship\ny (Yes)\n");
  ended(await place.wave(["approve", "@latest", "y"]));
  ended(await run.result());
});

Deno.test("a gate that is answered with no fails the run", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  await using run = place.spawn(["run", "p", "it"]);
  await run.waitForLine(/waiting for an answer/);
  ended(await place.wave(["approve", "@latest", "n", "--text", "too long"]));
  const { stderr } = ended(await run.result(), 1);
  assert.match(stderr, /step review failed: answered "No": too long/);
  assert.deepEqual(stepsOf(await latest(place)), [
    "draft completed",
    "review failed",
    "publish skipped",
  ]);
});

Deno.test("a cancel ends the wait of a gate, and clean leaves nothing of its answers", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  await using run = place.spawn(["run", "p", "it"]);
  await run.waitForLine(/waiting for an answer/);
  const { id } = await latest(place);
  ended(await place.wave(["cancel"]));
  ended(await run.result(), 4);
  assert.equal((await latest(place)).status, "cancelled");
  // An answer that came too late is taken away with the run.
  await place.write(
    `.wave/workspaces/${id}/.gates/answers/review.json`,
    '{"choice":"y","text":null}',
  );
  ended(await place.wave(["clean", "--all", "--force"]));
  for (const folder of ["traces", "workspaces"]) {
    assert.deepEqual([...Deno.readDirSync(`${place.root}/.wave/${folder}`)], [], folder);
  }
});

Deno.test("a gate takes its default when nobody answers in time, and a timer just waits", async () => {
  const gate = (keys: string) =>
    `steps:\n  - { id: ask, gate: { ${keys} } }\n` +
    "  - { id: after, type: command, dependencies: [ask], script: 'true' }\n";
  const choices = "choices: [{ key: a, target: go }, { key: b, target: go }]";
  await using place = await project({
    ".wave/pipelines/default.yaml": gate(`type: approval, timeout: 1s, default: b, ${choices}`),
    ".wave/pipelines/none.yaml": gate(`type: approval, timeout: 1s, ${choices}`),
    ".wave/pipelines/timer.yaml": gate("type: timer, timeout: 1s"),
  });
  ended(await place.wave(["run", "default"]));
  const { stderr } = ended(await place.wave(["run", "none"]), 1);
  assert.match(stderr, /step ask failed: nobody answered in time/);
  ended(await place.wave(["run", "timer"]));
});

Deno.test("a gate within a sub-pipeline is answered by way of the run around it", async () => {
  await using place = await project({
    ".wave/pipelines/outer.yaml": "steps:\n  - { id: inner, pipeline: p, input: that }\n",
    ".wave/pipelines/p.yaml": PIPELINE,
  });
  await using run = place.spawn(["run", "outer"]);
  await run.waitForLine(/running +inner/);
  const shown = ended(
    await place.shell(`until wave approve @latest 2> errors; do sleep 0.05; done`),
  ).stdout;
  assert.match(
    shown,
    /^Publish that\?\n {2}draft: \.wave\S+\/draft\.txt\ny \(Yes\), r \(Revise\), n \(No\); a text may follow$/m,
  );
  ended(await place.wave(["approve", "@latest", "y"]));
  ended(await run.result());
});

Deno.test("approve without a run id answers the newest run that waits", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  const none = ended(await place.wave(["approve"]), 3);
  assert.equal(none.stderr, "error: No run waits at a gate\nhint: wave status\n");
  await using first = place.spawn(["run", "p", "one"]);
  await first.waitForLine(/waiting for an answer/);
  await using second = place.spawn(["run", "p", "two"]);
  await second.waitForLine(/waiting for an answer/);
  const shown = ended(await place.wave(["approve"]));
  assert.match(shown.stdout, /^Publish two\?\n/);
  const { id } = await latest(place);
  assert.equal(shown.stderr, `answer with: wave approve ${id} y or r or n --step review\n`);
  ended(await place.wave(["approve", "maybe"]), 2);
  ended(await place.wave(["approve", "../p", "y"]), 2);
  assert.equal(ended(await place.wave(["approve", "y"])).stdout, `${id} review: y\n`);
  ended(await second.result());
  assert.match(ended(await place.wave(["approve"])).stdout, /^Publish one\?\n/);
  ended(await place.wave(["approve", "yes"]));
  ended(await first.result());
  // It is no choice of anything any more.
  assert.match(ended(await place.wave(["approve", "yes"]), 3).stderr, /There is no run "yes"/);
  const over = ended(await place.wave(["approve", id]), 3);
  assert.match(over.stderr, new RegExp(`Cannot find a gate that ${id} waits at`));
});

Deno.test("approve of a run whose process is gone says to resume it", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  await using run = place.spawn(["run", "p", "it"]);
  await run.waitForLine(/waiting for an answer/);
  const { id } = await latest(place);
  run.kill("SIGKILL");
  await run.result();
  const told = `error: Cannot answer ${id}: it was interrupted\n` +
    `hint: wave resume ${id}, which asks again\n`;
  for (const args of [["approve", id, "y"], ["approve", "@latest"], ["approve"]]) {
    assert.equal(ended(await place.wave(args), 3).stderr, told);
  }
  await using resumed = place.spawn(["resume"]);
  await resumed.waitForLine(/waiting for an answer/);
  ended(await place.wave(["approve", "n"]));
  ended(await resumed.result(), 1);
  assert.match(
    ended(await place.wave(["approve", id]), 3).stderr,
    new RegExp(`it is over, failed\nhint: wave resume ${id}\n$`),
  );
});
