/** What a hostile step prints reaches no terminal raw, no secret reaches the disk, and no other byte is lost. */
import assert from "node:assert/strict";
import { type Project, project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";
import { call, type Called } from "./in_process.ts";

const SECRET = "hunter2-correct-horse-battery-staple";
const ENV = { X_TOKEN: SECRET };

const encoder = new TextEncoder();
const bytes = (...parts: (string | number[])[]): Uint8Array => {
  const all = parts.map((part) =>
    typeof part === "string" ? encoder.encode(part) : new Uint8Array(part)
  );
  const whole = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const BORDER = 64 << 10;

/** Each is what the step prints at once; `X` stands for the secret, and `[redacted]` once it is recorded. */
const PAYLOADS: readonly ((secret: string) => Uint8Array)[] = [
  // CSI, OSC 8 and 52, DCS, C1, APC, a title, the alternate screen, carriage returns, a backspace.
  () => bytes("\x1b[31mred\x1b[0m \x1b[2J\x1b[H \x1b[?1049h\n"),
  () =>
    bytes("\x1b]8;;http://evil/\x07link\x1b]8;;\x07 \x1b]52;c;ZXZpbA==\x1b\\ \x1b]0;title\x07\n"),
  () => bytes("\x1bPq#0;2;0;0;0\x1b\\ \x1b_payload\x1b\\ \u009b31mC1\u009d52;c;x\u009c \x85\n"),
  () => bytes("good\rEVIL\b\b\b\x7f\x07\x00 \x0e\x0f\r\n"),
  () => bytes("\u202eRLO\u202c \u2066LRI\u2069 \u200f \u2028line \ufeffmark\n"),
  // Invalid UTF-8: a raw C1, a half character, an overlong one.
  () => bytes([0x9b], "31m ", [0xc3], "\n", [0xe2, 0x82], "\n", [0xc0, 0xaf, 0xff, 0xfe], "\n"),
  (secret) => bytes(`token=${secret} and "${secret}"\n`),
  (secret) => bytes([0xff], ` with ${secret} `, [0xfe], "\n"),
  // A secret across the border of two events, at several places of it, in good and in bad UTF-8.
  ...[1, 7, 18, 35].flatMap((before) =>
    ["ü", ""].map((first) => (secret: string) => {
      const start = first === "" ? bytes([0xff]) : bytes(first);
      const fill = "a ".repeat(BORDER).slice(0, BORDER - start.length - before);
      return bytes([...start], fill, secret, ` b${before}\n`);
    })
  ),
  // A line of 5 MB.
  (secret) => bytes("0123456789abcdef ".repeat(300_000), secret, "\n"),
];

const STEPS = `
steps:
  - id: talk
    type: command
    script: |
      cd "$WAVE_PROJECT"
      cat payload.bin
      # Byte by byte, so that each write cuts the secret.
      dd bs=1 if=slow.bin 2>/dev/null
      mkdir -p "$WAVE_WORKSPACE/out"
      printf '\\033[31mreport\\n' > "$WAVE_WORKSPACE/out/report.md"
    output_artifacts:
      - { name: report, path: out/report.md, type: "mark\\e[31mdown" }
  - id: break
    type: command
    dependencies: [talk]
    script: |
      cat "$WAVE_PROJECT/broken.bin" >&2
      exit 7
`;

/** What may steer a terminal, newline and tab aside. */
const UNSAFE =
  /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;

function assertClean(name: string, { stdout, stderr }: Omit<Called, "code">): void {
  for (const text of [stdout, stderr]) {
    const at = text.search(UNSAFE);
    assert.equal(at, -1, `${name} at ${at}: ${JSON.stringify(text.slice(at - 20, at + 20))}`);
    assert.ok(!text.includes(SECRET), `${name} shows the secret`);
  }
}

interface Entry {
  readonly seq: number;
  readonly step_id: string | null;
  readonly state: string;
  readonly message: string;
  readonly data: { stream?: string; continued?: boolean; bytes?: string };
}

/** The bytes that a stream of a step printed, put together from its events. */
function printed(entries: readonly Entry[], step: string, stream: string): Uint8Array {
  const events = entries.filter((entry) =>
    entry.state === "output" && entry.step_id === step && entry.data.stream === stream
  );
  const parts = events.flatMap(({ message, data }, index) => {
    const before = index > 0 && data.continued !== true ? ["\n"] : [];
    const own = data.bytes === undefined ? message : [...Uint8Array.fromBase64(data.bytes)];
    return [...before, own];
  });
  return bytes(...parts, "\n");
}

/** Paths of the files below `dir` that hold one of `needles`. */
async function filesWith(dir: string, needles: readonly string[]): Promise<string[]> {
  const { stdout } = await new Deno.Command("grep", {
    args: ["-raclF", ...needles.flatMap((needle) => ["-e", needle]), dir],
  }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
}

async function hostile(): Promise<Project> {
  const place = await project({ ".wave/pipelines/hostile.yaml": STEPS });
  const path = (name: string) => `${place.root}/${name}`;
  await Deno.writeFile(path("payload.bin"), bytes(...PAYLOADS.map((one) => [...one(SECRET)])));
  await Deno.writeTextFile(path("slow.bin"), `${SECRET}\nx${SECRET}y${SECRET}\n`);
  // The tail of stderr that the error shows begins within a secret, and again with its last line.
  const tail = `${SECRET.slice(10)} ${"e".repeat(1300)} ${SECRET} ${"f ".repeat(180)}`;
  await Deno.writeTextFile(path("broken.bin"), `${SECRET.slice(0, 10)}${tail}\x1b[31mbroken`);
  return place;
}

Deno.test("a hostile step steers no terminal, leaks no secret, and loses no other byte", async () => {
  await using place = await hostile();
  const wave = (...args: string[]) => place.wave(args, { env: ENV });
  await using follower = place.spawn(["logs", "-f"], { env: ENV });
  await follower.waitForLine("waiting for a run", "stderr");
  const input = `\x1b]52;c;evil\x07 ${SECRET}\u202e`;

  const run = await wave("run", "hostile", input, "-v");
  assert.equal(run.code, 1, run.stderr);
  assertClean("run", run);
  assertClean("logs -f", await follower.result());
  for (
    const args of [
      ["logs"],
      ["logs", "--lines", "all"],
      ["logs", "--errors"],
      ["status"],
      ["status", "--all"],
      ["status", "@latest"],
      ["status", "--watch", "--all"],
      ["list"],
      ["list", "runs"],
      ["artifacts"],
      ["artifacts", "--verify"],
      ["clean", "--dry-run"],
      ["logs", "--step", "\x1b[31m"],
      ["status", "\x1b[2J"],
      ["run", "\x1b[2J\u202e"],
      ["logs", "--grep", "(\x1b[2J"],
      ["clean", "--pipeline", "[\x1b[2J"],
      ["clean", "--older-than", "\x1b[2J"],
      ["artifacts", "--step", "\x1b[2J"],
      ["artifacts", "--export", "out\x1b[31m"],
      ["\x1b[2J"],
      ["status", "--\x1b[2J"],
      ["list", "\x1b[2J"],
      ["approve", "@latest", "\x1b[2J"],
    ]
  ) {
    assertClean(args.join(" "), await call(place.root, args));
  }

  const all = await wave("logs", "--lines", "all", "--format", "json");
  assertClean("logs --format json", all);
  const logs = all.json();
  assertSchema("logs", logs);
  const streamed = await wave("logs", "--follow", "--lines", "all", "--format", "json");
  assertClean("logs --follow --format json", streamed);
  assert.deepEqual(streamed.jsonLines(), logs["logs"]);
  const again = await wave("run", "hostile", input, "--format", "json");
  assertClean("run --format json", again);
  for (const line of again.jsonLines()) assertSchema("run", line);
  const entries = logs["logs"] as Entry[];
  const expected = bytes(
    ...PAYLOADS.map((one) => [...one("[redacted]")]),
    "[redacted]\nx[redacted]y[redacted]\n",
  );
  assert.ok(
    indexOfDifference(printed(entries, "talk", "stdout"), expected) === -1,
    differenceOf(printed(entries, "talk", "stdout"), expected),
  );
  for (const { message } of entries) assert.ok(message.length <= BORDER);
  for (const name of ["status", "list", "artifacts"]) {
    const args = name === "list"
      ? ["list", "runs"]
      : name === "status"
      ? ["status", "--all"]
      : [name];
    const result = await wave(...args, "--format", "json");
    assertSchema(name, result.json());
    assertClean(`${name} --format json`, result);
  }

  // Neither the secret, nor what a cut leaves of it, nor the bytes of it in base64.
  assert.deepEqual(
    await filesWith(`${place.root}/.wave`, [SECRET, SECRET.slice(0, 12), SECRET.slice(-12)]),
    [],
  );
});

function indexOfDifference(actual: Uint8Array, expected: Uint8Array): number {
  const length = Math.max(actual.length, expected.length);
  for (let at = 0; at < length; at++) if (actual[at] !== expected[at]) return at;
  return -1;
}

function differenceOf(actual: Uint8Array, expected: Uint8Array): string {
  const at = indexOfDifference(actual, expected);
  const around = (all: Uint8Array) =>
    JSON.stringify(new TextDecoder().decode(all.subarray(Math.max(0, at - 40), at + 40)));
  return `byte ${at} of ${expected.length}: ${around(actual)} instead of ${around(expected)}`;
}
