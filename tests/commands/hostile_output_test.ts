import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Project, project } from "../cli.ts";

const SECRET = "sk-live-Zx81hq7PqW04TsL2";
const LONG = 5 << 20;

/** What the step writes: escape sequences, a line of 5 MB, bytes that are no UTF-8, and a secret. */
const SCRIPT = [
  `printf '\\033[2J\\033]0;owned\\007plain\\n'`,
  `printf '\\302\\233[31mC1\\342\\200\\256bidi\\n'`,
  `head -c ${LONG} /dev/zero | tr '\\0' 'x'; echo`,
  `printf 'bad \\377\\376 bytes\\n'`,
  `printf 'the key is %s.\\n' "$MY_API_KEY"`,
  `printf 'no newline'`,
].join("\n      ");

const EXPECTED = Buffer.concat([
  Buffer.from("\x1b[2J\x1b]0;owned\x07plain\n"),
  Buffer.from("\u009b[31mC1\u202ebidi\n"),
  Buffer.alloc(LONG, "x"),
  Buffer.from("\nbad "),
  Buffer.from([0xff, 0xfe]),
  Buffer.from(" bytes\n"),
]);

/** What a terminal may obey: controls and marks that turn the text around. */
const UNSAFE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

interface OutputEvent {
  state: string;
  message: string;
  data: { stream: string; continued?: boolean; bytes?: string };
}

/** The bytes that the output events stand for; each that is not continued begins a line. */
function bytesOf(events: readonly OutputEvent[]): Buffer {
  const parts: Buffer[] = [];
  for (const { message, data } of events) {
    if (parts.length > 0 && data.continued !== true) parts.push(Buffer.from("\n"));
    parts.push(data.bytes === undefined ? Buffer.from(message) : Buffer.from(data.bytes, "base64"));
  }
  return Buffer.concat(parts);
}

async function filesWith(place: Project, text: string): Promise<string> {
  const grep = new Deno.Command("grep", { args: ["-raoF", "--", text, `${place.root}/.wave`] });
  return new TextDecoder().decode((await grep.output()).stdout);
}

Deno.test("hostile output reaches no terminal raw, is recorded whole, and keeps no secret", async () => {
  await using place = await project({
    ".wave/pipelines/hostile.yaml": `
steps:
  - id: talk
    type: command
    script: |
      ${SCRIPT}
`,
  });
  const run = await place.wave(["run", "hostile", "-v"], { env: { MY_API_KEY: SECRET } });
  assert.equal(run.code, 0, run.stderr);
  const text = await place.wave(["logs", "-n", "all"]);
  for (const { stdout } of [run, text]) {
    assert.equal(UNSAFE.exec(stdout.replace(/[\n\t]/g, "")), null);
    assert.ok(stdout.includes("\\e[2J"));
    assert.ok(!stdout.includes(SECRET));
  }
  const json = await place.wave(["logs", "-n", "all", "--format", "json"]);
  const events = (json.json()["logs"] as OutputEvent[]).filter(({ state }) => state === "output");
  const bytes = bytesOf(events);
  assert.ok(EXPECTED.equals(bytes.subarray(0, EXPECTED.length)), "what was written is recorded");
  const rest = bytes.subarray(EXPECTED.length).toString();
  assert.match(rest, /^the key is \S+\nno newline\n?$/);
  assert.ok(!rest.includes(SECRET));
  assert.equal(await filesWith(place, SECRET), "");
});

Deno.test("run --format json | while read sees one event a line, as it happens", async () => {
  await using place = await project({
    ".wave/pipelines/two.yaml": `
steps:
  - { id: a, type: command, script: echo one }
  - { id: b, type: command, script: exit 3, dependencies: [a] }
`,
  });
  const { stdout } = await place.shell(`
    wave run two --format json 2>/dev/null | while read -r line; do
      case "$line" in
        *'"state":"failed"'*) echo failed ;;
        *'"state":"started"'*) echo started ;;
      esac
    done
    echo "exit \${PIPESTATUS[0]}"
    wave logs --errors -q
    wave status -q --status failed | xargs -n1 echo id
  `);
  assert.match(stdout, /^started\nfailed\nfailed\nexit 1\ntwo-\S+\nid two-\S+\n$/);
});
