/** The pipeline of the guide that needs a server, run against one on loopback. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { isObject } from "../../event/json.ts";
import { project } from "../cli.ts";
import { REPOSITORY } from "../start_program.ts";
import { ended, latest } from "../language_runs/observe.ts";
import { fencedBlocks } from "./fenced_blocks.ts";

const NAME = "issue-triage";

/** Answers with the file of issues, and writes down what is posted; tells its port first. */
const SERVER = `
const issues = Deno.readTextFileSync("issues.json");
const onListen = ({ port }) => console.log(port);
Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, async (request) => {
  if (request.method === "GET") return new Response(issues);
  Deno.writeTextFileSync("posts.log", await request.text() + "\\n", { append: true });
  return new Response(null, { status: 204 });
});
`;

const ISSUES = [
  { number: 1, title: "Nobody can log in", body: "since today" },
  { number: 2, title: `A typo in "README" $(touch pwned) \`id\``, body: "it's 'teh'" },
  { number: 3, title: "Saving loses データ", body: "Nobody knows why" },
  { number: 4, title: "not among the first", body: "Nobody" },
];

const AGENT = `#!/bin/sh
prompt=$(cat)
case $prompt in
  Fix*) echo "fixed: $prompt" ;;
  *Nobody*) echo high ;;
  *) echo low ;;
esac
`;

function published(): string {
  const blocks = fencedBlocks(Deno.readTextFileSync(`${REPOSITORY}docs/guide.md`));
  const found = blocks.find(({ language, text }) =>
    language === "yaml" && text.includes(`name: ${NAME},`)
  );
  assert.ok(isObject(parse(found?.text ?? "")), "the guide has it");
  return found?.text ?? "";
}

function isMissing(program: string): boolean {
  return !new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" })
    .outputSync().success;
}

Deno.test("the triage of the guide sorts issues, fixes the urgent ones and tells a server", async () => {
  const missing = ["curl", "jq"].filter(isMissing);
  if (missing.length > 0) {
    console.log(`skipped: the triage of the guide: ${missing.join(", ")} is not here`);
    return;
  }
  await using place = await project({
    "wave.yaml": `adapters: { own: { binary: ./agent.sh } }
personas: { navigator: { adapter: own }, craftsman: { adapter: own } }
`,
    "agent.sh": AGENT,
    "issues.json": JSON.stringify(ISSUES),
    "server.js": SERVER,
    // What a program of one's own costs, nobody knows, and such a budget is refused.
    [`.wave/pipelines/${NAME}.yaml`]: published().replace("usd: 1, ", ""),
  });
  await Deno.chmod(`${place.root}/agent.sh`, 0o755);
  await using server = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-config",
      "--allow-net=127.0.0.1",
      "--allow-read",
      "--allow-write",
      "server.js",
    ],
    cwd: place.root,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const url = `http://127.0.0.1:${String((await lines.read()).value).trim()}`;
  const env = { NOTIFY_URL: `${url}/runs` };
  const args = ["--set", `url=${url}/issues`, "--set", "most=3"];

  ended(await place.wave(["run", NAME, ...args, "--answer", "ask=fix"], { env }));
  const report = await place.wave(["artifacts", "--name", "report", "--export", "out"]);
  ended(report);
  assert.equal(
    await Deno.readTextFile(`${place.root}/out/report/report.md`),
    `- #1 high: Nobody can log in
- #2 low: A typo in "README" $(touch pwned) \`id\`
- #3 high: Saving loses データ
2 fixed
`,
  );
  const posted = await Deno.readTextFile(`${place.root}/posts.log`);
  const run = await latest(place);
  assert.ok(posted.includes(JSON.stringify(run.id)), posted);
  assert.ok(/"status":\s*"completed"/.test(posted), posted);

  await Deno.remove(`${place.root}/posts.log`);
  const stopped = await place.wave(["run", NAME, ...args, "--answer", "ask=stop"], { env });
  assert.equal(stopped.code, 1);
  assert.match(
    await Deno.readTextFile(`${place.root}/posts.log`),
    /^issue-triage-\S+ failed: step ask failed: answered "stop"\n$/,
  );
  await lines.cancel();
  server.kill();
});
