/** The JSON Schemas that the first lines of `wave.yaml` and of pipelines name, for editors. */
import { manifestFileSchema, pipelineFileSchema } from "../../executor/language/file_schemas.ts";

/** Texts by their path below the project root. */
export function schemaFiles(): Record<string, string> {
  const text = (schema: unknown) => `${JSON.stringify(schema, null, 2)}\n`;
  return {
    ".wave/schemas/manifest.schema.json": text(manifestFileSchema()),
    ".wave/schemas/pipeline.schema.json": text(pipelineFileSchema()),
  };
}
