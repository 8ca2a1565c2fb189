/** Schemas of the commands that act on runs. */
import {
  array,
  boolean,
  integer,
  nullable,
  object,
  oneOf,
  type Schema,
  string,
} from "./schema_parts.ts";
import { event, liveness, run, runStatus, source } from "./schemas_read.ts";

const cancelled = object({
  id: string,
  pipeline: string,
  status: nullable(runStatus),
  liveness,
  requested: boolean,
  force: boolean,
  outcome: oneOf(["over", "requested", "stopped", "settled", "timed_out"]),
});

const cleaned = object({ id: string, pipeline: string, status: runStatus, bytes: integer });

export const actionSchemas: Readonly<Record<string, Schema>> = {
  run: event,
  resume: event,
  do: event,
  cancel: object({ source, runs: array(cancelled) }),
  wait: object({ source, timed_out: boolean, runs: array(run) }),
  clean: object({ runs: array(cleaned), removed: integer, bytes: integer, dry_run: boolean }),
};
