/** wave within shell scripts. */
import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { programCommand, type Project, project } from "../cli.ts";

const FIXTURES = fromFileUrl(new URL("../fixtures/", import.meta.url));

const PIPELINES = {
  ".wave/pipelines/good.yaml": `
steps:
  - id: greet
    type: command
    script: echo "hello {{ input }}" | tee hello.txt
    output_artifacts: [{ name: hello, path: hello.txt }]
`,
  ".wave/pipelines/bad.yaml": `
steps:
  - { id: break, type: command, script: exit 3 }
`,
  ".wave/pipelines/waiting.yaml": `
steps:
  - id: wait
    type: command
    script: touch kept; echo waiting; while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done
    output_artifacts: [{ name: kept, path: kept }]
`,
};

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** Puts an executable file into the project's `bin`. */
async function executable(place: Project, name: string, body: string): Promise<string> {
  await place.write(`bin/${name}`, `#!/bin/sh\n${body}\n`);
  await Deno.chmod(`${place.root}/bin/${name}`, 0o755);
  return `${place.root}/bin/${name}`;
}

async function hasJq(): Promise<boolean> {
  try {
    return (await new Deno.Command("jq", { args: ["--version"] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A program that prints the field of a path such as `logs.-1.state`. */
async function fieldProgram(place: Project): Promise<string> {
  if (await hasJq()) {
    const filter = 'reduce ($path | split("."))[] as $key (.; ' +
      'if ($key | test("^-?[0-9]+$")) then .[$key | tonumber] else .[$key] end)';
    return await executable(place, "field", `jq -r --arg path "$1" ${quoted(filter)}`);
  }
  console.log("jq is missing: the scripts parse JSON with Deno");
  const script = "const text = await new Response(Deno.stdin.readable).text(); console.log(" +
    'Deno.args[0].split(".").reduce((value, key) => Array.isArray(value) ? value.at(+key) : ' +
    "value[key], JSON.parse(text)));";
  await place.write("bin/field.js", script);
  const words = [Deno.execPath(), "run", "--no-config", `${place.root}/bin/field.js`];
  return await executable(place, "field", `exec ${words.map(quoted).join(" ")} "$1"`);
}

Deno.test("a shell script uses wave as any other program", async () => {
  await using place = await project(PIPELINES);
  await executable(place, "wave", `exec ${programCommand().map(quoted).join(" ")} "$@"`);
  const { PATH = "", HOME = "" } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [`${FIXTURES}scripting.sh`],
    cwd: place.root,
    env: {
      PATH: `${place.root}/bin:${PATH}`,
      HOME,
      JSON_FIELD: await fieldProgram(place),
    },
    clearEnv: true,
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  assert.equal(code, 0, text.decode(stdout) + text.decode(stderr));
  assert.equal(text.decode(stdout).match(/^ok /gm)?.length, 14);
  // The script reads but the first line of one run.
  assert.match(
    text.decode(stderr),
    new RegExp(
      "^nobody reads the output any more; the run goes on: wave logs good-\\S+ -f\\n" +
        "good-\\S+ completed in \\d+s\\nartifact: \\S+\\nnext: wave artifacts good-\\S+\\n$",
    ),
  );
});

Deno.test("a running run survives clean --all --force, and so does its workspace", async () => {
  await using place = await project(PIPELINES);
  await place.wave(["run", "good", "hi"]);
  await using run = place.spawn(["run", "waiting", "-v"]);
  await run.waitForLine(/output +wait waiting/);
  const cleaned = await place.wave(["clean", "--all", "--force"]);
  assert.equal(cleaned.code, 0, cleaned.stderr);
  assert.match(cleaned.stdout, /^removed good-[^\n]*\nremoved 1 run, [^\n]*\n$/);
  await place.write("go", "");
  assert.equal((await run.result()).code, 0);
  assert.equal((await place.wave(["artifacts", "--verify"])).code, 0);
});
