/** Schemas of the commands that act on runs. */
import { array, boolean, integer, object, type Schema, string } from "./schema_parts.ts";
import { event, runStatus } from "./schemas_read.ts";

const cleaned = object({ id: string, pipeline: string, status: runStatus, bytes: integer });

export const actionSchemas: Readonly<Record<string, Schema>> = {
  run: event,
  resume: event,
  do: event,
  clean: object({ runs: array(cleaned), removed: integer, bytes: integer, dry_run: boolean }),
};
