/** The real program, and the SDK's own client: one start, many calls. */
import { Client } from "@modelcontextprotocol/client";
import { deepStrictEqual, match, ok } from "node:assert/strict";
import { isObject, type JsonObject } from "../../../event/json.ts";
import { schemaOf } from "../../../commands/schema/output_schemas.ts";
import { type Project, project } from "../../cli.ts";
import { assertSchema } from "../../json_schema.ts";
import { WAITING } from "../../waiting_pipeline.ts";
import { ProgramTransport } from "./program_transport.ts";

const READING = ["validate", "status", "logs", "answer", "why", "wait", "artifacts", "list"];
const ACTING = ["run", "resume", "cancel", "approve", "clean"];
const ALL = ACTING.join(",");

const MAKES = `
steps:
  - id: make
    type: command
    script: echo "made of {{ input }}" > out.txt
    output_artifacts: [{ name: out, path: out.txt }]
`;
const FAILS = `
steps:
  - id: check
    type: command
    script: test -e "$WAVE_PROJECT/mended" || { echo "no such luck" >&2; exit 3; }
`;
const GATED = `
steps:
  - id: ask
    type: gate
    gate:
      type: approval
      message: Go on?
      choices: [{ key: yes, label: "Yes", target: go }, { key: no, label: "No", target: fail }]
`;

interface Connection extends AsyncDisposable {
  readonly client: Client;
  call(name: string, given?: Record<string, unknown>): Promise<JsonObject>;
  fails(name: string, given?: Record<string, unknown>): Promise<JsonObject>;
}

interface Options {
  readonly env?: Record<string, string>;
  /** The protocol of 2025 unless told. */
  readonly mode?: "auto";
}

async function connect(
  place: Project,
  args: readonly string[],
  { env = {}, mode }: Options = {},
): Promise<Connection> {
  const transport = new ProgramTransport({ cwd: place.root, args: ["mcp", ...args], env });
  const client = new Client({ name: "tester", version: "1" }, {
    ...mode === undefined ? {} : { versionNegotiation: { mode } },
  });
  await client.connect(transport);
  const result = async (name: string, given: Record<string, unknown>) => {
    const { content, structuredContent, isError } = await client.callTool({
      name,
      arguments: given,
    });
    const [first] = content;
    deepStrictEqual(first?.type === "text" ? JSON.parse(first.text) : null, structuredContent);
    assertSchema(isError === true ? "error" : name, structuredContent);
    if (!isObject(structuredContent)) throw new Error(`${name} gave no object`);
    return { isError, json: structuredContent };
  };
  return {
    client,
    async call(name, given = {}) {
      const { isError, json } = await result(name, given);
      ok(isError !== true, `${name}: ${JSON.stringify(json)}`);
      return json;
    },
    async fails(name, given = {}) {
      const { isError, json } = await result(name, given);
      ok(isError === true && isObject(json["error"]), `${name}: ${JSON.stringify(json)}`);
      return json["error"];
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      deepStrictEqual(transport.code, 0);
    },
  };
}

const first = (json: JsonObject, key: string): JsonObject => Object(json[key])[0];

async function text(client: Client, uri: string): Promise<string> {
  const { contents: [content] } = await client.readResource({ uri });
  return content !== undefined && "text" in content ? content.text : "";
}

Deno.test("without --allow the tools read, and are what the commands declare", async () => {
  await using place = await project({ ".wave/pipelines/makes.yaml": MAKES });
  await using mcp = await connect(place, []);
  const { tools } = await mcp.client.listTools();
  deepStrictEqual(tools.map(({ name }) => name).toSorted(), READING.toSorted());
  for (const { name, outputSchema, annotations, description, inputSchema } of tools) {
    deepStrictEqual(outputSchema, schemaOf(name), name);
    deepStrictEqual([annotations?.readOnlyHint, annotations?.destructiveHint], [true, false]);
    ok((description ?? "").length > 20 && inputSchema.type === "object", name);
  }
  // One that is not allowed is not there.
  const refused = await mcp.client.callTool({ name: "run", arguments: { pipeline: "makes" } })
    .then((result) => JSON.stringify(result.isError), (error) => String(error));
  match(refused, /not found|true/i);
  deepStrictEqual((await mcp.call("status", { all: true }))["total"], 0);
  match(String((await mcp.fails("logs", { "run-id": ["nope"] }))["code"]), /run_not_found/);
});

Deno.test("an agent starts runs, waits, asks why, mends, resumes, fetches, answers, stops and removes", async () => {
  await using place = await project({
    ".wave/pipelines/makes.yaml": MAKES,
    ".wave/pipelines/fails.yaml": FAILS,
    ".wave/pipelines/gated.yaml": GATED,
    ".wave/pipelines/waiting.yaml": WAITING,
    ".wave/pipelines/broken.yaml": "steps: [{ id: a }]\n",
  });
  await using mcp = await connect(place, ["--allow", ALL]);
  const { client, call, fails } = mcp;
  const { tools } = await client.listTools();
  deepStrictEqual(tools.map(({ name }) => name).toSorted(), [...READING, ...ACTING].toSorted());
  for (const { name, annotations } of tools.filter(({ name }) => ACTING.includes(name))) {
    deepStrictEqual([annotations?.readOnlyHint, annotations?.destructiveHint], [false, true], name);
  }
  deepStrictEqual((await call("validate"))["valid"], false);
  deepStrictEqual((await call("validate", { pipeline: "makes" }))["valid"], true);
  deepStrictEqual(first(await call("list", { kind: "pipelines" }), "pipelines")["name"], "broken");

  const plan = await call("run", { pipeline: "makes", input: "oak", "dry-run": true });
  deepStrictEqual(first(plan, "plan")["action"], "run");
  const { run_id: made } = await call("run", { pipeline: "makes", input: "oak" });
  const waited = await call("wait", { "run-id": [made], timeout: "10m" });
  deepStrictEqual([waited["timed_out"], first(waited, "runs")["status"]], [false, "completed"]);
  const artifact = first(await call("artifacts", { "run-id": made }), "artifacts");
  deepStrictEqual([artifact["name"], artifact["state"]], ["out", "ok"]);
  deepStrictEqual(await text(client, `wave://runs/${made}/artifacts/make/out`), "made of oak\n");
  match(await text(client, `wave://runs/${made}/report`), /### makes: completed/);
  const { resources } = await client.listResources();
  ok(
    resources.some(({ uri, description }) =>
      uri === `wave://runs/${made}/report` && description === 'completed, of "oak"'
    ),
  );
  deepStrictEqual((await fails("answer", { "run-id": made }))["code"], "answer_not_found");
  match(String((await fails("run", { pipeline: "nope" }))["code"]), /pipeline_not_found/);
  match(String((await fails("run", { pipeline: "broken" }))["message"]), /broken/);

  const { run_id: failed } = await call("run", { pipeline: "fails" });
  const ended = await call("wait", { "run-id": [failed] });
  deepStrictEqual(first(ended, "runs")["status"], "failed");
  const why = await call("why", { "run-id": failed });
  deepStrictEqual(Object(why["cause"])["step_id"], "check");
  match(JSON.stringify(why["evidence"]), /no such luck/);
  match(await text(client, `wave://runs/${failed}/report`), /fails: failed[^]*no such luck/);
  const logs = await call("logs", { "run-id": [failed], errors: true });
  ok(Array.isArray(logs["logs"]) && logs["logs"].length > 0);
  await place.write("mended", "");
  deepStrictEqual((await call("resume", { "run-id": failed }))["run_id"], failed);
  const again = await call("wait", { "run-id": [failed] });
  deepStrictEqual(first(again, "runs")["status"], "completed");

  const { run_id: asking } = await call("run", { pipeline: "gated" });
  const late = await call("wait", { "run-id": [asking], timeout: "1s" });
  deepStrictEqual(late["timed_out"], true);
  const { gate: question } = await call("approve", { "run-id": asking });
  deepStrictEqual(Object(question)["message"], "Go on?");
  match(String((await fails("approve", { "run-id": asking, choice: "x" }))["hint"]), /yes, no/);
  const { gate: told } = await call("approve", { "run-id": asking, choice: "yes" });
  deepStrictEqual(Object(told)["answer"].by, "tester, over MCP");
  deepStrictEqual((await call("wait", { "run-id": [asking] }))["timed_out"], false);

  const { run_id: long } = await call("run", { pipeline: "waiting" });
  await call("cancel", { "run-id": [long], force: true });
  const over = await call("status", { "run-id": [long] });
  deepStrictEqual(first(over, "pipelines")["status"], "cancelled");

  match(String((await fails("clean"))["hint"]), /dry-run/);
  deepStrictEqual((await call("clean", { all: true, "dry-run": true }))["removed"], 0);
  match(String((await fails("clean", { all: true }))["hint"]), /force/);
  deepStrictEqual((await call("clean", { all: true, force: true }))["removed"], 4);
  deepStrictEqual((await call("status", { all: true }))["total"], 0);
});

Deno.test("resources: the docs, the schemas, and a run that is not there", async () => {
  await using place = await project({ ".wave/pipelines/makes.yaml": MAKES });
  await using mcp = await connect(place, [], { mode: "auto" });
  const { client } = mcp;
  const { resources } = await client.listResources();
  const texts = await Promise.all(resources.map(({ uri }) => text(client, uri)));
  deepStrictEqual(resources.map(({ uri }) => uri), [
    "wave://docs/skill",
    "wave://docs/pipelines",
    "wave://schemas/pipeline",
    "wave://schemas/manifest",
  ]);
  match(texts[0] ?? "", /# Using wave/);
  match(texts[1] ?? "", /dependencies/);
  deepStrictEqual(isObject(JSON.parse(texts[2] ?? "")["properties"]), true);
  const { resourceTemplates } = await client.listResourceTemplates();
  deepStrictEqual(resourceTemplates.map(({ uriTemplate }) => uriTemplate), [
    "wave://runs/{run}/report",
    "wave://runs/{run}/artifacts/{step}/{name}",
  ]);
  const error = await text(client, "wave://runs/nope/report").catch(String);
  match(error, /run_not_found[^]*wave list runs/);
  deepStrictEqual((await mcp.call("status"))["pipelines"], []);
});

Deno.test("the caller's own run is safe, unless the server was started with --allow-self", async () => {
  await using place = await project({ ".wave/pipelines/waiting.yaml": WAITING });
  const { stdout } = await place.wave(["run", "waiting", "--detach"]);
  const id = stdout.trim();
  const env = { WAVE_RUN_ID: id };
  {
    await using mcp = await connect(place, ["--allow", ALL], { env });
    for (
      const [name, given] of [
        ["cancel", {}],
        ["cancel", { "run-id": [id], force: true }],
        ["resume", { "run-id": id }],
      ] as const
    ) deepStrictEqual((await mcp.fails(name, given))["code"], "own_run", name);
    const asked = { "run-id": [id], "allow-self": true };
    deepStrictEqual((await mcp.fails("cancel", asked))["code"], "unknown_option");
  }
  await using meant = await connect(place, ["--allow", "cancel,clean", "--allow-self"], { env });
  const given = { "run-id": [id], force: true };
  const self = { ...given, "allow-self": true };
  deepStrictEqual(first(await meant.call("cancel", self), "runs")["outcome"], "stopped");
  deepStrictEqual((await meant.fails("clean", given))["code"], "own_run");
  deepStrictEqual((await meant.call("clean", self))["removed"], 1);
});
