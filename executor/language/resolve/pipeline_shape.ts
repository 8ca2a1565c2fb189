/** A pipeline as people write it: the keys, their types, and what wave takes no notice of. */
import * as z from "zod/mini";
import { InputShape } from "../inputs/input_schema_shape.ts";

const text = z.string();
const texts = z.array(text);
const count = z.int().check(z.gte(0));
const positive = z.int().check(z.gte(1));
/** A key that is accepted and not used; `NOT_BUILT` says so. */
const ignored = z.optional(z.unknown());

/** Looked at by `resolve_env.ts`. */
const variables = z.optional(
  z.union(
    [z.record(text, z.unknown()), z.array(z.unknown())],
    "a map of variables, or a list of names",
  ),
);
/** More than anybody uses, and less than what a trace can hold. */
const amount = z.number().check(z.positive(), z.lte(1e12));

/** What a run, a step or the runs of a project may use. */
export const BudgetShape = z.strictObject({
  usd: z.optional(amount),
  tokens: z.optional(positive),
  attempts: z.optional(positive),
  minutes: z.optional(amount),
});

/** Models by name, or those of other adapters. */
export const fallback = z.optional(
  z.array(z.union(
    [text, z.strictObject({ adapter: text, model: text })],
    "a model, or a map of adapter and model",
  )),
);

/** Looked at by `resolve_hooks.ts`. */
export const hooks = z.union(
  [z.record(text, z.unknown()), z.array(z.unknown())],
  "a map of scripts",
);

const contract = z.strictObject({
  type: text,
  source: z.optional(text),
  schema: z.optional(z.union([text, z.record(text, z.unknown())], "a text or a map")),
  schema_path: z.optional(text),
  validate: z.optional(z.boolean()),
  command: z.optional(text),
  command_args: z.optional(texts),
  dir: z.optional(text),
  must_pass: z.optional(z.boolean()),
  on_failure: z.optional(
    z.enum(["fail", "warn", "skip", "continue", "retry", "rework", "rejected"]),
  ),
  rework_step: z.optional(text),
  max_retries: z.optional(count),
  timeout: z.optional(text),
  persona: z.optional(text),
  model: z.optional(text),
  criteria: z.optional(texts),
  criteria_path: z.optional(text),
  context: z.optional(z.array(z.strictObject({
    source: z.enum(["git_diff", "artifact"]),
    diff_base: z.optional(text),
    artifact: z.optional(text),
  }))),
  threshold: z.optional(z.number().check(z.gte(0), z.lte(1))),
  token_budget: z.optional(count),
  progressive_validation: ignored,
  recovery_level: ignored,
  allow_recovery: ignored,
  warn_on_recovery: ignored,
  disable_wrapper_detection: ignored,
  debug_mode: ignored,
  convergence_window: ignored,
  convergence_min_improvement: ignored,
  glob: z.optional(text),
  exclude: z.optional(texts),
  min_files: z.optional(positive),
  max_test_deletions: z.optional(count),
  test_file_pattern: z.optional(z.union([text, texts], "a text or a list")),
  test_func_pattern: z.optional(text),
  base_ref: z.optional(text),
  events: ignored,
  spec_artifact: ignored,
  test_persona: ignored,
  implementation_step: ignored,
});
export type ContractShape = z.output<typeof contract>;

const mount = z.strictObject({
  source: text,
  target: text,
  mode: z.optional(z.enum(["readonly", "readwrite"])),
  subset_from: z.optional(text),
});
export type MountShape = z.output<typeof mount>;

const gate = z.strictObject({
  type: z.enum(["approval", "timer", "pr_merge", "ci_pass"]),
  auto: z.optional(z.boolean()),
  timeout: z.optional(text),
  message: z.optional(text),
  prompt: z.optional(text),
  choices: z.optional(z.array(z.strictObject({
    key: text,
    label: z.optional(text),
    target: z.optional(text),
  }))),
  default: z.optional(text),
  freeform: z.optional(z.boolean()),
  tui_action: ignored,
  pr_number: z.optional(z.union([positive, text], "a number or a text")),
  repo: z.optional(text),
  branch: z.optional(text),
  interval: z.optional(text),
  command: z.optional(text),
});
export type GateShape = z.output<typeof gate>;

export const StepShape = z.strictObject({
  id: text,
  type: z.optional(z.enum(["prompt", "command", "pipeline", "gate", "conditional"])),
  when: z.optional(text),
  persona: z.optional(text),
  adapter: z.optional(text),
  model: z.optional(text),
  fallback,
  dependencies: z.optional(texts),
  depends_on: z.optional(texts),
  env: variables,
  timeout_minutes: z.optional(z.number().check(z.positive())),
  silence_minutes: z.optional(z.number().check(z.gte(0))),
  budget: z.optional(BudgetShape),
  optional: z.optional(z.boolean()),
  rework_only: z.optional(z.boolean()),
  max_visits: z.optional(positive),
  memory: z.optional(z.strictObject({
    strategy: z.optional(text),
    inject_artifacts: z.optional(z.array(z.strictObject({
      step: z.optional(text),
      pipeline: z.optional(text),
      artifact: text,
      as: z.optional(text),
      type: z.optional(text),
      schema_path: z.optional(text),
      optional: z.optional(z.boolean()),
    }))),
  })),
  workspace: z.optional(z.strictObject({
    root: z.optional(text),
    mount: z.optional(z.array(mount)),
    type: z.optional(z.enum(["worktree", "directory", "folder"])),
    branch: z.optional(text),
    base: z.optional(text),
    reuse: z.optional(z.boolean()),
    ref: z.optional(text),
  })),
  exec: z.optional(z.strictObject({
    type: z.optional(z.enum(["prompt", "command", "slash_command"])),
    source: z.optional(text),
    source_path: z.optional(text),
    command: z.optional(text),
    args: z.optional(text),
  })),
  task: z.optional(text),
  script: z.optional(text),
  output_artifacts: z.optional(z.array(z.strictObject({
    name: text,
    path: z.optional(text),
    type: z.optional(text),
    required: z.optional(z.boolean()),
    source: z.optional(z.enum(["file", "stdout"])),
    raw: z.optional(z.boolean()),
  }))),
  outcomes: z.optional(z.array(z.strictObject({
    type: z.enum(["pr", "issue", "url", "deployment", "file", "artifact"]),
    extract_from: text,
    json_path: z.optional(text),
    json_path_label: z.optional(text),
    label: z.optional(text),
  }))),
  handover: z.optional(z.strictObject({
    contract: z.optional(contract),
    contracts: z.optional(z.array(contract)),
    max_retries: z.optional(count),
    compaction: z.optional(
      z.strictObject({ trigger: z.optional(text), persona: z.optional(text) }),
    ),
    on_review_fail: ignored,
    target_step: ignored,
  })),
  retry: z.optional(z.strictObject({
    policy: z.optional(z.enum(["none", "standard", "aggressive", "patient"])),
    max_attempts: z.optional(positive),
    backoff: z.optional(z.enum(["fixed", "linear", "exponential"])),
    base_delay: z.optional(text),
    max_delay: z.optional(text),
    stop_on_same: z.optional(count),
    on_failure: z.optional(z.enum(["fail", "skip", "continue", "rework"])),
    rework_step: z.optional(text),
    adapt_prompt: ignored,
    no_escalate: ignored,
  })),
  strategy: z.optional(z.strictObject({
    type: z.enum(["matrix"]),
    items_source: text,
    item_key: z.optional(text),
    max_concurrency: z.optional(positive),
    item_id_key: ignored,
    dependency_key: ignored,
    child_pipeline: z.optional(text),
    input_template: z.optional(text),
    stacked: ignored,
  })),
  thread: z.optional(text),
  max_concurrent_agents: z.optional(positive),
  skills: z.optional(texts),
  pipeline: z.optional(text),
  input: z.optional(z.union([text, z.record(text, z.unknown())], "a text or a map")),
  input_ref: z.optional(z.strictObject({ from: z.optional(text), literal: z.optional(text) })),
  config: z.optional(z.strictObject({
    inject: z.optional(texts),
    extract: z.optional(texts),
    timeout: z.optional(text),
    env: z.optional(z.record(text, text)),
    max_cycles: ignored,
    stop_condition: ignored,
  })),
  iterate: z.optional(z.strictObject({
    over: z.union([text, z.array(z.unknown())], "a text or a list"),
    mode: z.optional(z.enum(["sequential", "parallel"])),
    max_concurrent: z.optional(positive),
    on_failure: z.optional(z.enum(["fail", "continue"])),
  })),
  branch: z.optional(z.strictObject({ on: text, cases: z.record(text, text) })),
  gate: z.optional(gate),
  loop: z.optional(z.strictObject({
    max_iterations: positive,
    until: z.optional(text),
    on_limit: z.optional(z.enum(["fail", "continue"])),
    steps: z.optional(z.array(z.unknown())),
  })),
  aggregate: z.optional(z.strictObject({
    from: text,
    into: text,
    strategy: z.enum(["merge_arrays", "concat"]),
    key: z.optional(text),
  })),
  edges: z.optional(z.array(z.strictObject({ target: text, condition: z.optional(text) }))),
  validation: ignored,
  fidelity: ignored,
  concurrency: ignored,
  permissions: z.optional(
    z.strictObject({ allowed_tools: z.optional(texts), deny: z.optional(texts) }),
  ),
});
export type StepShape = z.output<typeof StepShape>;

export const PipelineShape = z.strictObject({
  kind: z.optional(z.enum(["WavePipeline"])),
  apiVersion: z.optional(text),
  name: z.optional(text),
  description: z.optional(text),
  metadata: z.optional(z.strictObject({
    name: z.optional(text),
    description: z.optional(text),
    category: z.optional(text),
    disabled: z.optional(z.boolean()),
    release: z.optional(z.boolean()),
    author: z.optional(text),
    version: z.optional(text),
    created: z.optional(text),
    tags: z.optional(texts),
  })),
  env: variables,
  requires: z.optional(z.strictObject({ tools: z.optional(texts), skills: ignored })),
  input: z.optional(InputShape),
  pipeline_outputs: z.optional(z.record(
    text,
    z.strictObject({
      step: text,
      artifact: text,
      field: z.optional(text),
      type: z.optional(text),
    }),
  )),
  skills: z.optional(texts),
  steps: z.array(z.unknown()).check(z.minLength(1)),
  chat_context: ignored,
  hooks: z.optional(hooks),
  max_step_visits: z.optional(positive),
  budget: z.optional(BudgetShape),
});
export type PipelineShape = z.output<typeof PipelineShape>;
