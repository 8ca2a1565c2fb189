/** The JSON Schemas of the files, held against the files there are and the shapes that check them. */
import assert from "node:assert/strict";
import { Ajv, type ValidateFunction } from "ajv";
import { parse } from "yaml";
import * as z from "zod/mini";
import { AGENT_TEMPLATES, TEMPLATES } from "../../../commands/init/templates.ts";
import { isObject } from "../../../event/json.ts";
import { manifestFileSchema, pipelineFileSchema } from "../../../executor/language/file_schemas.ts";
import { PipelineShape, StepShape } from "../../../executor/language/resolve/pipeline_shape.ts";
import { ManifestShape } from "../../../executor/language/resolve/resolve_manifest.ts";
import { fencedBlocks } from "../../docs/fenced_blocks.ts";
import { REPOSITORY } from "../../start_program.ts";
import { MISTAKES } from "./mistakes.ts";

const compiled = (schema: object) =>
  new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
const SCHEMAS = {
  pipeline: compiled(pipelineFileSchema()),
  manifest: compiled(manifestFileSchema()),
};

/** What a schema has against a file; a key without a value is as good as none. */
function problems(validate: ValidateFunction, yaml: string): string[] {
  validate(withoutEmpty(parse(yaml)));
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`
  );
}

function withoutEmpty(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutEmpty);
  if (!isObject(data)) return data;
  const given = Object.entries(data).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([key, value]) => [key, withoutEmpty(value)]));
}

function kindOf(yaml: string): keyof typeof SCHEMAS | null {
  const data: unknown = parse(yaml);
  if (!isObject(data)) return null;
  if ("steps" in data && ("metadata" in data || "input" in data)) return "pipeline";
  return "adapters" in data || "personas" in data || "runtime" in data ? "manifest" : null;
}

Deno.test("the schemas accept the files of wave init and the pages", async (t) => {
  const files = Object.entries({ ...TEMPLATES, ...AGENT_TEMPLATES })
    .filter(([path]) => path.endsWith(".yaml"));
  for (const page of ["pipelines", "agents", "guide", "ci"]) {
    const blocks = fencedBlocks(await Deno.readTextFile(`${REPOSITORY}docs/${page}.md`));
    for (const { language, line, text } of blocks) {
      if (language === "yaml") files.push([`docs/${page}.md:${line}`, text]);
    }
  }
  for (const [path, text] of files) {
    const kind = kindOf(text);
    if (kind === null) continue;
    await t.step(path, () => assert.deepEqual(problems(SCHEMAS[kind], text), []));
  }
});

Deno.test("the schemas take what the language takes, and refuse what it refuses", () => {
  const step = (body: string) => `steps: [{ id: a, ${body} }]\n`;
  const fine = [
    step("script: 'true', workspace: { type: worktree, branch: 1.10 }"),
    step("loop: { max_iterations: 2, steps: [{ id: b, script: x }] }"),
    step("pipeline: p, input: { a: 1, b: [x] }"),
    step("script: x, env: [HOME]"),
    step("script: x, env: { HOME: }"),
    step("script: x, validation: false"),
    step("script: x, handover: { contract: { type: llm_judge, token_budget: 0 } }"),
    step("script: x, retry: { stop_on_same: 0 }"),
    step("script: x, retry: { stop_on_same: 2 }"),
    step("adapter: a, task: x, fallback: [sonnet, 1.5, { adapter: b, model: c }]"),
    `hooks: { failed: x }\n${step("script: x, when: 'true'")}`,
    `input: { schema: { type: object, properties: { a: { type: integer } } } }\n${
      step("script: x")
    }`,
  ];
  for (const yaml of fine) assert.deepEqual(problems(SCHEMAS.pipeline, yaml), [], yaml);
  const wrong = [
    "steps: []\n",
    step("script: x, dependecies: [b]"),
    step("script: x, timeout_minutes: many"),
    step("loop: { max_iterations: 2, steps: [{ id: b, scrpt: x }] }"),
    step("script: x, type: nonsense"),
    step("script: x, retry: { stop_on_same: 1 }"),
    step("script: x, validation: [a]"),
    step("script: x, handover: { contract: { type: llm_judge, token_budget: 5 } }"),
    step("adapter: a, task: x, fallback: sonnet"),
    step("adapter: a, task: x, fallback: [{ adapter: b }]"),
    step("script: x, env: { A: [b] }"),
    `input: { schema: { type: int } }\n${step("script: x")}`,
    `input: { schema: { type: object, propertes: {} } }\n${step("script: x")}`,
    `input: { schema: { properties: { a: { minmum: 1 } } } }\n${step("script: x")}`,
  ];
  for (const yaml of wrong) assert.notDeepEqual(problems(SCHEMAS.pipeline, yaml), [], yaml);
  for (const [name, { code, yaml }] of Object.entries(MISTAKES)) {
    if (code !== "unknown_key") continue;
    assert.notDeepEqual(problems(SCHEMAS.pipeline, yaml.replace("§", "")), [], name);
  }
  assert.notDeepEqual(problems(SCHEMAS.manifest, "adapters: { a: { binry: x } }\n"), []);
  assert.notDeepEqual(problems(SCHEMAS.manifest, "runtime: { max_concurrent_workers: 0 }\n"), []);
  const scoped = (scopes: string) =>
    problems(SCHEMAS.manifest, `personas: { a: { adapter: m, token_scopes: ${scopes} } }\n`);
  assert.notDeepEqual(scoped("[issues]"), []);
  assert.deepEqual(scoped("false"), []);
});

Deno.test("the schemas have each key of the language, and no others", () => {
  const keys = (shape: z.ZodMiniObject) => Object.keys(shape.shape).sort();
  const named = (schema: unknown) => Object.keys(Object(Object(schema)["properties"])).sort();
  const pipeline = pipelineFileSchema();
  assert.deepEqual(named(pipeline), keys(PipelineShape));
  assert.deepEqual(named(Object(pipeline["definitions"])["step"]), keys(StepShape));
  assert.deepEqual(named(manifestFileSchema()), keys(ManifestShape));
});
