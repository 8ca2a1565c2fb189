import assert from "node:assert/strict";
import { type Project, project } from "../../cli.ts";
import { assertSchema } from "../../json_schema.ts";
import { ended, entriesOf, latest, runsOf } from "../../language_runs/observe.ts";

const TRIAGE = `
input:
  example: --set owner=acme --set count=3
  schema:
    type: object
    required: [owner, count]
    properties:
      owner: { type: string, description: whose repository it is }
      count: { type: integer, minimum: 1 }
      kind: { type: string, enum: [bug, feature], default: bug }
      version: { type: string }
steps:
  - id: tell
    type: command
    script: |
      printf '%s|' {{ input.owner }} '{{ input.count }}' "{{ input.kind }}" {{ input.version }} > told.txt
      test ! -e "$WAVE_PROJECT/stop"
    output_artifacts: [{ name: told, path: told.txt }]
`;

const FILES = {
  ".wave/pipelines/triage.yaml": TRIAGE,
  ".wave/pipelines/text.yaml": `
input: { example: acme/shop 42, schema: { description: the issue } }
steps:
  - { id: say, type: command, script: "echo {{ input }}" }
`,
  ".wave/pipelines/plain.yaml": "steps: [{ id: a, type: command, script: 'true' }]\n",
  "bad.json": '{"owner": 3}',
};

async function told(place: Project): Promise<string> {
  await place.shell("rm -rf out");
  ended(await place.wave(["artifacts", "@latest", "--export", "out"]));
  return await Deno.readTextFile(`${place.root}/out/tell/told.txt`);
}

/** Arguments of `wave run`, the error's code, and what its message says. */
const MISTAKES: Readonly<Record<string, [args: string[], code: string, says: RegExp]>> = {
  "missing": [
    ["triage"],
    "bad_input",
    /owner is missing: whose repository it is\n +count is missing/,
  ],
  "wrong type": [
    ["triage", "--set", "owner=a", "--set", "count=three"],
    "bad_input",
    /count must be a whole number, not "three"/,
  ],
  "unknown name": [
    ["triage", "--set", "owner=a", "--set", "count=3", "--set", "knd=bug"],
    "bad_input",
    /there is no input "knd"; did you mean "kind"\?/,
  ],
  "not JSON": [["triage", "acme 3"], "bad_input", /the input is not JSON/],
  "not JSON in a file": [["triage", "--input-file", "wave.yaml"], "bad_input", /is not JSON/],
  "wrong types in JSON": [
    ["triage", "--input-file", "bad.json"],
    "bad_input",
    /owner must be string, but is 3\n +count is missing/,
  ],
  "wrong enum": [
    ["triage", "--set", "owner=a", "--set", "count=3", "--set", "kind=bgu"],
    "bad_input",
    /kind must be "bug" or "feature", not "bgu"; did you mean "bug"\?/,
  ],
  "too many": [["triage", "{}", "--set", "owner=a"], "too_many_inputs", /named inputs and another/],
  "the same twice": [
    ["triage", "--set", "owner=a", "--set", "owner=b", "--set", "count=3"],
    "bad_input",
    /owner is given more than once/,
  ],
  "no name": [["triage", "--set", "acme"], "bad_value", /Cannot use "acme" as --set/],
  "all at once": [
    ["triage", "--set", "onwer=a", "--set", "count=x", "--set", "kind=bgu"],
    "bad_input",
    /owner is missing.*\n +count must be.*\n +kind must be.*\n +there is no input "onwer"; did/,
  ],
  "in the background": [
    ["triage", "--detach", "--set", "owner=a"],
    "bad_input",
    /Cannot run triage: count is missing/,
  ],
  "as a plan": [["triage", "--dry-run", "--set", "owner=a"], "bad_input", /count is missing/],
  "no input at all": [["text"], "input_missing", /Cannot run text without an input: the issue/],
  "names for a text": [["text", "--set", "a=b"], "bad_input", /its input is one text/],
};

Deno.test("run refuses each mistake in its input with exit code 2, before anything starts", async (t) => {
  await using place = await project(FILES);
  for (const [name, [args, code, says]] of Object.entries(MISTAKES)) {
    await t.step(name, async () => {
      const result = ended(await place.wave(["run", ...args, "--format", "json"]), 2);
      const { error } = result.json() as { error: { code: string; message: string; hint: string } };
      assert.equal(error.code, code);
      assert.match(error.message, says);
      assert.ok(error.hint.length > 0);
    });
  }
  const text = ended(await place.wave(["run", "text"]), 2);
  assert.match(text.stderr, /^hint: wave run text "acme\/shop 42"; an empty one is --input ""$/m);
  assert.match(
    (await place.wave(["run", "triage"])).stderr,
    /^hint: wave run triage --set owner=acme --set count=3$/m,
  );
  assert.deepEqual(await runsOf(place, "--all"), []);
});

Deno.test("run types named inputs, and what they hold is data in a script", async () => {
  await using place = await project(FILES);
  const odd = "$(touch pwned) `id` \"'; x=y";
  ended(
    await place.wave([
      "run",
      "triage",
      `--set=owner=${odd}`,
      "--set=count=3",
      "--set=version=0755",
    ]),
  );
  assert.equal(await told(place), `${odd}|3|bug|0755|`);
  ended(await place.wave(["run", "triage", '{"owner":"a","count":12345678901234567890}']));
  assert.equal(await told(place), "a|12345678901234567890|bug||");
  ended(
    await place.wave(["run", "triage", "--input-file", "-"], { stdin: '{"count":3,"owner":"b"}' }),
  );
  assert.equal(await told(place), "b|3|bug||");
  // An empty text is an input, and a pipeline that uses none needs none.
  ended(await place.wave(["run", "text", "--input", ""]));
  ended(await place.wave(["run", "plain"]));
  const detached = ended(
    await place.wave(["run", "triage", "-d", "--set", "owner=c=d", "--set", "count=1"]),
  );
  ended(await place.wave(["wait", detached.stdout.trim()]));
  assert.equal(await told(place), "c=d|1|bug||");
});

Deno.test("resume keeps named inputs, checks them against the pipeline of today, and takes them again", async () => {
  await using place = await project({ ...FILES, stop: "" });
  ended(await place.wave(["run", "triage", "--set", "owner=acme", "--set", "count=3"]), 1);
  const other = ended(await place.wave(["resume", "--set", "owner=b", "--set", "count=3"]), 2);
  assert.match(other.stderr, /Cannot change the input/);
  await place.write(
    ".wave/pipelines/triage.yaml",
    TRIAGE.replace("version: { type: string }", "version: { type: string, default: 1.10 }"),
  );
  await place.shell("rm stop");
  ended(await place.wave(["resume"]));
  assert.equal(await told(place), "acme|3|bug|1.10|");
  // A secret is not recorded, so it is asked for again.
  await place.write("stop", "");
  const env = { MY_TOKEN: "a-very-secret-value" };
  const secret = ["--set", "owner=a-very-secret-value", "--set", "count=3"];
  ended(await place.wave(["run", "triage", ...secret], { env }), 1);
  await place.shell("rm stop");
  assert.match(ended(await place.wave(["resume"]), 1).stderr, /its input held a secret/);
  ended(await place.wave(["resume", ...secret], { env }));
  assert.equal(await told(place), "a-very-secret-value|3|bug|1.10|");
});

Deno.test("run --again takes the named inputs that are not given anew", async () => {
  await using place = await project(FILES);
  const first = ["--set", "owner=acme", "--set", "count=3", "--set", "version=1.10"];
  ended(await place.wave(["run", "triage", ...first]));
  ended(await place.wave(["run", "--again", "@latest", "--set", "kind=feature"]));
  assert.equal(await told(place), "acme|3|feature|1.10|");
  // All of them as one JSON object are all that there are.
  const json = await place.wave(["run", "--again", "@latest", "--input", '{"owner": "other"}']);
  assert.match(ended(json, 2).stderr, /count is missing/);
  const wrong = await place.wave(["run", "--again", "@latest", "--set", "cuont=3"]);
  assert.match(ended(wrong, 2).stderr, /did you mean "count"/);
});

Deno.test("named inputs are shown by --dry-run, list pipelines and completions", async () => {
  await using place = await project(FILES);
  const plan = ["run", "triage", "--dry-run", "--set", "owner=acme", "--set", "count=3"];
  const json = ended(await place.wave([...plan, "--format", "json"])).json();
  assertSchema("run", json);
  assert.deepEqual(
    (json["inputs"] as { name: string; value?: unknown; from: string }[])
      .map(({ name, value, from }) => [name, value, from]),
    [
      ["owner", "acme", "given"],
      ["count", 3, "given"],
      ["kind", "bug", "default"],
      ["version", undefined, "none"],
    ],
  );
  const text = ended(await place.wave(["run", "triage", "--dry-run"])).stdout;
  assert.match(text, /^owner +string +- +missing$/m);
  assert.match(text, /^kind +bug\|feature +bug +default$/m);
  const listed = ended(await place.wave(["list", "pipelines", "--format", "json"])).json();
  assertSchema("list", listed);
  const inputs = (listed["pipelines"] as { name: string; input: Record<string, unknown> }[])
    .map(({ name, input }) => [name, input["required"], input["example"]]);
  assert.deepEqual(inputs, [
    ["plain", false, null],
    ["text", true, "acme/shop 42"],
    ["triage", true, "--set owner=acme --set count=3"],
  ]);
  assert.match(
    ended(await place.wave(["list", "pipelines"])).stdout,
    /^triage +owner count kind\? version\? +tell$/m,
  );
  const offered = async (...words: string[]) =>
    (await place.wave(["__complete", "--", "run", "triage", ...words])).stdout;
  assert.equal(
    await offered("--set", ""),
    "owner=\twhose repository it is\ncount=\t\nkind=\t\nversion=\t\n",
  );
  assert.equal(await offered("--set", "k"), "kind=\t\n");
  assert.equal(await offered("--set", "kind=f"), "kind=feature\t\n");
});

Deno.test("a pipeline gives another one its inputs by name", async () => {
  await using place = await project({
    ...FILES,
    ".wave/pipelines/outer.yaml": `
steps:
  - id: list
    type: command
    script: echo '[{"who":"a\\",\\"b","n":1.0},{"who":"c","n":2}]'
  - id: each
    iterate: { over: "{{ list.output }}", mode: sequential }
    pipeline: triage
    input: { owner: "{{ item.who }}", count: 3, version: "{{ item.n }}" }
`,
    ".wave/pipelines/wrong.yaml": `
steps:
  - { id: one, pipeline: triage, input: { owner: acme, count: "{{ input }}" } }
`,
  });
  ended(await place.wave(["run", "outer"]));
  const inner = await runsOf(place, "--pipeline", "triage");
  const inputs = inner.map((run) => (run as unknown as { input: string }).input).sort();
  assert.deepEqual(inputs, [
    '{"owner":"a\\",\\"b","count":3,"kind":"bug","version":"1.0"}',
    '{"owner":"c","count":3,"kind":"bug","version":"2"}',
  ]);
  // What only the run knows is checked when it is known.
  ended(await place.wave(["run", "wrong", "many"]), 1);
  assert.match(
    String((await latest(place)).error_message),
    /Cannot run triage: count must be a whole number, not "many"/,
  );
  const entries = await entriesOf(place);
  assert.ok(entries.every(({ message }) => !/ started: /.test(message)));
});
