import { deepStrictEqual } from "node:assert/strict";
import { Ajv2020 } from "ajv/2020";
import { COMMANDS } from "../../commands/registry.ts";
import { schemaNames, schemaOf } from "../../commands/schema/output_schemas.ts";
import { manifestFileSchema, pipelineFileSchema } from "../../executor/language/file_schemas.ts";
import { project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";

Deno.test("every command has a schema, and every schema is one", () => {
  const names = schemaNames();
  deepStrictEqual(
    COMMANDS.map(({ name }) => name).filter((name) => !names.includes(name)),
    [],
    "commands without a schema",
  );
  for (const name of names) new Ajv2020({ strict: true }).compile(Object(schemaOf(name)));
});

Deno.test("wave schema prints one schema or all of them", async () => {
  await using p = await project({}, { bare: true });
  const one = await p.wave(["schema", "status"]);
  deepStrictEqual(JSON.parse(one.stdout), schemaOf("status"));
  const all = await p.wave(["schema", "--format", "json"]);
  assertSchema("schema", all.json());
  deepStrictEqual(Object.keys(Object(all.json()["schemas"])), [
    ...schemaNames(),
    ...["pipeline", "manifest"],
  ]);
  const pipeline = await p.wave(["schema", "pipeline"]);
  deepStrictEqual(JSON.parse(pipeline.stdout), pipelineFileSchema());
  const manifest = await p.wave(["schema", "manifest", "--format", "json"]);
  deepStrictEqual(Object(manifest.json()["schemas"])["manifest"], manifestFileSchema());
});
