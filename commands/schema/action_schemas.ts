/** Schemas of the commands that act on runs. */
import {
  anyObject,
  anyOf,
  array,
  boolean,
  constant,
  integer,
  nullable,
  object,
  oneOf,
  type Schema,
  string,
  time,
} from "./schema_parts.ts";
import { amounts, event, liveness, page, runSchema, runStatus, source } from "./read_schemas.ts";

const cancelled = object({
  id: string,
  pipeline: string,
  status: nullable(runStatus),
  liveness,
  requested: boolean,
  force: boolean,
  outcome: oneOf(["over", "requested", "stopped", "settled", "timed_out"]),
  // Of a run of which programs were ended by force.
  receipt: object({
    asked_by: string,
    signalled: array(object({ signal: string, processes: integer, pids: array(integer) })),
    looked_at: time,
    left: array(integer),
    proven: boolean,
  }),
}, ["receipt"]);

const plan = object({
  pipeline: string,
  plan: array(object({
    id: string,
    kind: string,
    persona: nullable(string),
    dependencies: array(string),
    when: nullable(string),
    action: oneOf(["run", "reuse", "skip"]),
    reason: string,
    // Its own limits.
    budget: nullable(amounts),
    // Models that take over when its agent's cannot be had, those of another adapter behind its name.
    fallback: array(string),
  })),
  // The moments for which the pipeline has a hook.
  hooks: array(string),
  // Those for which the manifest has one; none of a run within another.
  manifest_hooks: array(string),
  // What the run would get; null without any.
  input: nullable(string),
  // Of a pipeline with named inputs.
  inputs: array(object({
    name: string,
    types: array(string),
    values: nullable(array({})),
    required: boolean,
    description: nullable(string),
    value: {},
    from: oneOf(["given", "default", "none"]),
  }, ["value"])),
  // The limits of the run as a whole; absent where there is nothing to run.
  budget: nullable(amounts),
  // What was chosen, by the names of the options.
  options: anyObject,
}, ["budget"]);

const gate = object({
  run_id: string,
  step_id: string,
  message: string,
  choices: array(object({ key: string, label: string })),
  default: nullable(string),
  freeform: boolean,
  artifacts: array(object({ step_id: string, name: string, path: string })),
  answer: nullable(object({ choice: string, text: nullable(string), by: string })),
});

const check = object({
  name: string,
  status: oneOf(["ok", "warn", "fail"]),
  message: string,
  hint: nullable(string),
});

const cleaned = object({ id: string, pipeline: string, status: runStatus, bytes: integer });

/** What failed of a command over several runs; absent when nothing did. */
const errors = array(
  object({ run_id: string, code: string, message: string, hint: string }, ["hint"]),
);

const detached = object({ run_id: string, detached: constant(true) });

export const actionSchemas: Readonly<Record<string, Schema>> = {
  run: anyOf(event, plan, detached),
  resume: anyOf(event, plan, detached),
  do: anyOf(event, detached),
  cancel: object({ ...page, runs: array(cancelled), errors }, ["errors"]),
  approve: object({ gate }),
  doctor: object({ checks: array(check), repaired: array(string), errors }, ["errors"]),
  wait: object({ ...page, timed_out: boolean, runs: array(runSchema), errors }, ["errors"]),
  clean: object({
    source,
    runs: array(cleaned),
    removed: integer,
    bytes: integer,
    dry_run: boolean,
    refused: array(object({ id: string, reason: string })),
    branches: array(object({ branch: string, removed: boolean, reason: string })),
  }, ["branches"]),
};
