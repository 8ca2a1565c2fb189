/** `wave export --otlp` of runs that really ran. */
import assert from "node:assert/strict";
import { project, projectInProcess } from "../../cli.ts";
import { findTool } from "../../workflows/act.ts";

const INNER = `steps:
  - { id: x, type: command, script: 'echo "$TRACEPARENT" >> "$WAVE_PROJECT/given"' }
`;
const OUTER = `steps:
  - id: shaky
    type: command
    script: |
      echo "$TRACEPARENT" >> "$WAVE_PROJECT/given"
      [ -e "$WAVE_PROJECT/again" ] || { touch "$WAVE_PROJECT/again"; exit 3; }
    retry: { max_attempts: 2, base_delay: 1ms }
  - { id: sub, type: pipeline, pipeline: inner, dependencies: [shaky] }
  - id: long
    type: command
    dependencies: [sub]
    script: |
      echo "$TRACEPARENT" >> "$WAVE_PROJECT/given"
      [ -e "$WAVE_PROJECT/mended" ] || exec sleep 600
`;

interface Exported {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
}

function spansIn(text: string): Exported[] {
  return text.trimEnd().split("\n").flatMap((line) =>
    JSON.parse(line).resourceSpans.flatMap((each: { scopeSpans: { spans: Exported[] }[] }) =>
      each.scopeSpans.flatMap(({ spans }) => spans)
    )
  );
}

function assertOneTree(spans: readonly Exported[], parent: string | undefined): void {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  assert.equal(ids.size, spans.length);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  const [root, ...others] = spans;
  assert.equal(root?.parentSpanId, parent);
  for (const { name, parentSpanId = "" } of others) assert.ok(ids.has(parentSpanId), name);
  for (const { name, startTimeUnixNano: from, endTimeUnixNano: to } of spans) {
    assert.ok(BigInt(from) <= BigInt(to), name);
  }
}

/** Reads each line by the protocol's own schema, whose bytes are base64 where OTLP has hexadecimal digits. */
const CHECK = `
import base64, json, sys
from google.protobuf import json_format
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
count = 0
for line in sys.stdin:
    data = json.loads(line)
    for resource in data["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                count += 1
                for key in ("traceId", "spanId", "parentSpanId"):
                    if key in span:
                        span[key] = base64.b64encode(bytes.fromhex(span[key])).decode()
    json_format.ParseDict(data, TracesData())
print(count)
`;

async function countByProtocol(text: string): Promise<number | null> {
  const python = findTool("otlp-python");
  if (python === null) return null;
  const child = new Deno.Command(python, {
    args: ["-c", CHECK],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const printed = new TextDecoder().decode(stdout);
  assert.notEqual(printed, "", new TextDecoder().decode(stderr));
  return Number(printed);
}

Deno.test("export --otlp of a run with a retry, a run within it, a kill and a resume is one trace", async () => {
  await using place = await project({
    ".wave/pipelines/inner.yaml": INNER,
    ".wave/pipelines/outer.yaml": OUTER,
  });
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const parent = "b7ad6b7169203331";
  const given = { TRACEPARENT: `00-${trace}-${parent}-01` };
  const killed = place.spawn(["run", "outer"], { env: given });
  await killed.waitForLine(/running +long/);
  const running = await place.wave(["export", "--otlp", "run.jsonl", "--format", "json"]);
  assert.deepEqual([running.code, Object(running.json()["error"]).code], [1, "run_is_running"]);
  killed.kill("SIGKILL");
  await killed.result();
  await place.write("mended", "");
  const resumed = await place.wave(["resume"]);
  assert.equal(resumed.code, 0, resumed.stderr);

  const { code, stdout, stderr } = await place.wave(["export", "outer", "--otlp", "-"]);
  assert.deepEqual([code, stderr], [0, ""]);
  const spans = spansIn(stdout);
  assertOneTree(spans, parent);
  assert.equal(spans[0]?.traceId, trace);
  const failed = spans.filter(({ status }) => status.code === 2).map(({ name }) => name);
  assert.deepEqual(failed, ["shaky attempt", "long attempt"]);
  assert.deepEqual(
    spans.map(({ name }) => name).filter((name) => !name.endsWith(" attempt")),
    ["RUN outer", "shaky", "sub", "long", "RUN inner", "x"],
  );
  // What the steps were told is what is exported: the spans of their attempts.
  const attempts = new Set(
    spans.filter(({ name }) => /^(shaky|x|long) attempt$/.test(name)).map(({ spanId }) => spanId),
  );
  const told = (await Deno.readTextFile(`${place.root}/given`)).trimEnd().split("\n");
  assert.deepEqual(
    new Set(told),
    new Set([...attempts].map((id) => `00-${trace}-${id}-01`)),
  );
  const count = await countByProtocol(stdout);
  assert.ok(count === null || count === spans.length);

  const json = (await place.wave(["export", "outer", "--otlp", "run.jsonl", "--format=json"]))
    .json();
  assert.deepEqual([json["spans"], json["trace_id"], json["gone"]], [spans.length, trace, []]);
  assert.equal(await Deno.readTextFile(`${place.root}/run.jsonl`), stdout);
});

Deno.test("export leaves out a run within it whose record is gone, and says so; it needs no database", async () => {
  await using place = await projectInProcess({
    ".wave/pipelines/inner.yaml": INNER,
    ".wave/pipelines/outer.yaml": "steps:\n  - { id: sub, type: pipeline, pipeline: inner }\n",
  });
  assert.equal((await place.wave(["run", "outer"])).code, 0);
  const whole = await place.wave(["export", "outer", "--otlp", "-"]);
  assertOneTree(spansIn(whole.stdout), undefined);
  const [inner = ""] = (await place.wave(["list", "runs", "-q", "--pipeline", "inner"])).stdout
    .split("\n");
  await Deno.remove(`${place.root}/.wave/state.db`);
  assert.equal((await place.wave(["export", "outer", "--otlp", "-"])).stdout, whole.stdout);
  assert.equal((await place.wave(["clean", inner, "--force"])).code, 0);
  const part = await place.wave(["export", "outer", "--otlp", "-"]);
  assert.equal(part.stderr, `left out, its record is gone: ${inner}\n`);
  assertOneTree(spansIn(part.stdout), undefined);
  const both = await place.wave(["export", "--otlp", "-", "--format", "json"]);
  assert.equal(both.code, 2);
  const refused = await place.wave(["export", "--otlp", "no/such/file", "--format", "json"]);
  assert.deepEqual([refused.code, Object(refused.json()["error"]).code], [1, "export_failed"]);
});
