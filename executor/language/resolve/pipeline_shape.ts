/** A pipeline as people write it: the keys, their types, and what wave takes no notice of. */
import * as z from "zod";

const text = z.string();
const texts = z.array(text);
/** YAML reads `1.0` and `true` as what they look like. */
const scalar = z.union([z.string(), z.number(), z.boolean()], "a text");
const count = z.int().min(0);
const positive = z.int().min(1);
/** A key that is accepted and not used; `NOT_BUILT` says so. */
const ignored = z.unknown().optional();

const contract = z.strictObject({
  type: text,
  source: text.optional(),
  schema: z.union([text, z.record(text, z.unknown())], "a text or a map").optional(),
  schema_path: text.optional(),
  validate: z.boolean().optional(),
  command: text.optional(),
  command_args: texts.optional(),
  dir: text.optional(),
  must_pass: z.boolean().optional(),
  on_failure: z.enum(["fail", "warn", "skip", "continue", "retry", "rework", "rejected"])
    .optional(),
  rework_step: text.optional(),
  max_retries: count.optional(),
  timeout: text.optional(),
  persona: text.optional(),
  model: text.optional(),
  criteria: texts.optional(),
  criteria_path: text.optional(),
  context: z.array(z.strictObject({
    source: z.enum(["git_diff", "artifact"]),
    diff_base: text.optional(),
    artifact: text.optional(),
  })).optional(),
  threshold: z.number().min(0).max(1).optional(),
  token_budget: count.optional(),
  progressive_validation: ignored,
  recovery_level: ignored,
  allow_recovery: ignored,
  warn_on_recovery: ignored,
  disable_wrapper_detection: ignored,
  debug_mode: ignored,
  convergence_window: ignored,
  convergence_min_improvement: ignored,
  glob: ignored,
  exclude: ignored,
  min_files: ignored,
  max_test_deletions: ignored,
  test_file_pattern: ignored,
  test_func_pattern: ignored,
  base_ref: ignored,
  events: ignored,
  spec_artifact: ignored,
  test_persona: ignored,
  implementation_step: ignored,
});
export type ContractShape = z.output<typeof contract>;

const mount = z.strictObject({
  source: text,
  target: text,
  mode: z.enum(["readonly", "readwrite"]).optional(),
  subset_from: text.optional(),
});
export type MountShape = z.output<typeof mount>;

const gate = z.strictObject({
  type: z.enum(["approval", "timer", "pr_merge", "ci_pass"]),
  auto: z.boolean().optional(),
  timeout: text.optional(),
  message: text.optional(),
  prompt: text.optional(),
  choices: z.array(z.strictObject({
    key: scalar,
    label: text.optional(),
    target: text.optional(),
  })).optional(),
  default: scalar.optional(),
  freeform: z.boolean().optional(),
  tui_action: ignored,
  pr_number: ignored,
  repo: ignored,
  branch: ignored,
  interval: ignored,
});
export type GateShape = z.output<typeof gate>;

export const StepShape = z.strictObject({
  id: text,
  type: z.enum(["prompt", "command", "pipeline", "gate", "conditional"]).optional(),
  persona: text.optional(),
  adapter: text.optional(),
  model: text.optional(),
  dependencies: texts.optional(),
  depends_on: texts.optional(),
  timeout_minutes: z.number().positive().optional(),
  optional: z.boolean().optional(),
  rework_only: z.boolean().optional(),
  max_visits: positive.optional(),
  memory: z.strictObject({
    strategy: text.optional(),
    inject_artifacts: z.array(z.strictObject({
      step: text.optional(),
      pipeline: text.optional(),
      artifact: text,
      as: text.optional(),
      type: text.optional(),
      schema_path: text.optional(),
      optional: z.boolean().optional(),
    })).optional(),
  }).optional(),
  workspace: z.strictObject({
    root: text.optional(),
    mount: z.array(mount).optional(),
    type: z.enum(["worktree", "directory", "folder"]).optional(),
    branch: text.optional(),
    base: text.optional(),
    ref: text.optional(),
  }).optional(),
  exec: z.strictObject({
    type: z.enum(["prompt", "command", "slash_command"]).optional(),
    source: text.optional(),
    source_path: text.optional(),
    command: text.optional(),
    args: text.optional(),
  }).optional(),
  task: text.optional(),
  script: text.optional(),
  output_artifacts: z.array(z.strictObject({
    name: text,
    path: text.optional(),
    type: text.optional(),
    required: z.boolean().optional(),
    source: z.enum(["file", "stdout"]).optional(),
  })).optional(),
  outcomes: z.array(z.strictObject({
    type: z.enum(["pr", "issue", "url", "deployment", "file", "artifact"]),
    extract_from: text,
    json_path: text.optional(),
    json_path_label: text.optional(),
    label: text.optional(),
  })).optional(),
  handover: z.strictObject({
    contract: contract.optional(),
    contracts: z.array(contract).optional(),
    max_retries: count.optional(),
    compaction: z.strictObject({ trigger: text.optional(), persona: text.optional() }).optional(),
    on_review_fail: ignored,
    target_step: ignored,
  }).optional(),
  retry: z.strictObject({
    policy: z.enum(["none", "standard", "aggressive", "patient"]).optional(),
    max_attempts: positive.optional(),
    backoff: z.enum(["fixed", "linear", "exponential"]).optional(),
    base_delay: text.optional(),
    max_delay: text.optional(),
    on_failure: z.enum(["fail", "skip", "continue", "rework"]).optional(),
    rework_step: text.optional(),
    adapt_prompt: ignored,
    no_escalate: ignored,
  }).optional(),
  strategy: z.strictObject({
    type: z.enum(["matrix"]),
    items_source: text,
    item_key: text.optional(),
    max_concurrency: positive.optional(),
    item_id_key: ignored,
    dependency_key: ignored,
    child_pipeline: text.optional(),
    input_template: text.optional(),
    stacked: ignored,
  }).optional(),
  thread: text.optional(),
  max_concurrent_agents: positive.optional(),
  skills: texts.optional(),
  pipeline: text.optional(),
  input: text.optional(),
  input_ref: z.strictObject({ from: text.optional(), literal: text.optional() }).optional(),
  config: z.strictObject({
    inject: texts.optional(),
    extract: texts.optional(),
    timeout: text.optional(),
    env: z.record(text, scalar).optional(),
    max_cycles: ignored,
    stop_condition: ignored,
  }).optional(),
  iterate: z.strictObject({
    over: z.union([text, z.array(z.unknown())], "a text or a list"),
    mode: z.enum(["sequential", "parallel"]).optional(),
    max_concurrent: positive.optional(),
    on_failure: z.enum(["fail", "continue"]).optional(),
  }).optional(),
  branch: z.strictObject({ on: text, cases: z.record(text, text) }).optional(),
  gate: gate.optional(),
  loop: z.strictObject({
    max_iterations: positive,
    until: text.optional(),
    on_limit: z.enum(["fail", "continue"]).optional(),
    steps: z.array(z.unknown()).optional(),
  }).optional(),
  aggregate: z.strictObject({
    from: text,
    into: text,
    strategy: z.enum(["merge_arrays", "concat"]),
    key: text.optional(),
  }).optional(),
  edges: ignored,
  validation: ignored,
  fidelity: ignored,
  concurrency: ignored,
  permissions: ignored,
});
export type StepShape = z.output<typeof StepShape>;

export const PipelineShape = z.strictObject({
  kind: z.enum(["WavePipeline"]).optional(),
  apiVersion: scalar.optional(),
  name: text.optional(),
  description: text.optional(),
  metadata: z.strictObject({
    name: text.optional(),
    description: text.optional(),
    category: text.optional(),
    disabled: z.boolean().optional(),
    release: z.boolean().optional(),
    author: text.optional(),
    version: scalar.optional(),
    created: scalar.optional(),
    tags: texts.optional(),
  }).optional(),
  requires: z.strictObject({ tools: texts.optional(), skills: ignored }).optional(),
  input: z.strictObject({
    source: text.optional(),
    type: text.optional(),
    example: scalar.optional(),
    schema: z.strictObject({ type: text.optional(), description: text.optional() }).optional(),
    label_filter: ignored,
    batch_size: ignored,
  }).optional(),
  pipeline_outputs: z.record(
    text,
    z.strictObject({
      step: text,
      artifact: text,
      field: text.optional(),
      type: text.optional(),
    }),
  ).optional(),
  skills: texts.optional(),
  steps: z.array(z.unknown()).min(1),
  chat_context: ignored,
  hooks: ignored,
  max_step_visits: positive.optional(),
});
export type PipelineShape = z.output<typeof PipelineShape>;
