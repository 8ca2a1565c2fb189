/** Keys that other tools have at the same place, and what says the same here. */

/** By key; each hint says what to write, or that there is no such thing. */
export type ForeignKeys = Readonly<Record<string, string>>;

const ENVIRONMENT = 'variables are "env", of a pipeline or of a step';

/** Of a step. */
export const FOREIGN_STEP_KEYS: ForeignKeys = {
  run: 'a script is "script"',
  command: 'a script is "script"',
  cmd: 'a script is "script"',
  shell: '"script" runs with sh, or with bash where its first line is #!/bin/bash',
  prompt: 'a prompt is "exec: { type: prompt, source: … }"',
  agent: 'who does a step is its "persona"',
  uses: 'another pipeline is run by "pipeline"',
  with: 'what a pipeline gets is "input", and "config.env"',
  environment: 'variables of a script are "env"',
  name: 'a step is named by its "id"',
  needs: 'what must have completed is "dependencies"',
  after: 'what must have completed is "dependencies"',
  depends: 'what must have completed is "dependencies"',
  if: 'a condition is "when: <script>": exit code 0 runs the step, 1 skips it',
  condition: 'a condition is "when: <script>": exit code 0 runs the step, 1 skips it',
  timeout: 'a time limit is "timeout_minutes"',
  "timeout-minutes": 'a time limit is "timeout_minutes"',
  timeout_seconds: 'a time limit is "timeout_minutes", which may be 0.5',
  retries: 'repetition is "retry: { max_attempts: … }"',
  attempts: 'repetition is "retry: { max_attempts: … }"',
  max_retries: 'repetition is "retry: { max_attempts: … }"',
  outputs: 'what a step delivers is "output_artifacts"',
  output: 'what a step delivers is "output_artifacts"',
  artifacts: 'what a step delivers is "output_artifacts"',
  inputs: 'what a step is given is "memory.inject_artifacts"',
  matrix: 'one run for each item is "iterate", or "strategy: { type: matrix }"',
  foreach: 'one run for each item is "iterate"',
  for_each: 'one run for each item is "iterate"',
  parallel: 'steps run side by side as their "dependencies" allow',
  "continue-on-error": 'a failure that fails nothing else is "optional: true"',
  continue_on_error: 'a failure that fails nothing else is "optional: true"',
  allow_failure: 'a failure that fails nothing else is "optional: true"',
  "working-directory": 'where a step works is its "workspace"',
  working_directory: 'where a step works is its "workspace"',
  working_dir: 'where a step works is its "workspace"',
  cwd: 'where a step works is its "workspace"',
  dir: 'where a step works is its "workspace"',
  tools: 'what an agent may use are the "permissions" of its persona',
  allowed_tools: 'what an agent may use are the "permissions" of its persona',
  image: "wave runs no containers",
  container: "wave runs no containers",
};

/** Of a pipeline. */
export const FOREIGN_PIPELINE_KEYS: ForeignKeys = {
  on: "wave has no triggers: `wave run` starts a pipeline",
  jobs: 'what a pipeline does are its "steps"',
  tasks: 'what a pipeline does are its "steps"',
  stages: 'what a pipeline does are its "steps"',
  nodes: 'what a pipeline does are its "steps"',
  environment: ENVIRONMENT,
  inputs: 'what a pipeline is given is "input"',
  outputs: 'what a pipeline delivers is "pipeline_outputs"',
  output: 'what a pipeline delivers is "pipeline_outputs"',
  timeout: "the time limit of a run is `wave run --timeout`",
  schedule: "wave has no clock: let cron call `wave run`",
  defaults: 'what all steps share is in the "runtime" of wave.yaml',
  concurrency: 'how many steps run at a time is "runtime.max_concurrent_workers" in wave.yaml',
  max_parallel: 'how many steps run at a time is "runtime.max_concurrent_workers" in wave.yaml',
  version: 'a version is "metadata.version"',
  author: 'an author is "metadata.author"',
  tags: 'tags are "metadata.tags"',
  title: 'a title is "metadata.name"',
};

/** Of `wave.yaml`. */
export const FOREIGN_MANIFEST_KEYS: ForeignKeys = {
  name: 'a name is "metadata.name"',
  description: 'a description is "metadata.description"',
  version: "wave.yaml has no version of its own",
  agents: 'who does a step is one of the "personas"',
  models: 'models are named by "adapters" and "personas"',
  prices: 'what models cost is "pricing"',
  pipelines: "pipelines are files: .wave/pipelines/<name>.yaml",
  env: 'what agents get of the environment is "runtime.sandbox.env_passthrough"',
};

/** Of a persona. */
export const FOREIGN_PERSONA_KEYS: ForeignKeys = {
  prompt: 'a persona\'s prompt is a file: "system_prompt_file"',
  system_prompt: 'a persona\'s prompt is a file: "system_prompt_file"',
  instructions: 'a persona\'s prompt is a file: "system_prompt_file"',
  tools: 'what a persona may use is "permissions: { allowed_tools: […] }"',
  allowed_tools: 'it stands below "permissions"',
  deny: 'it stands below "permissions"',
  denied_tools: 'it is "permissions: { deny: […] }"',
  provider: 'what runs a persona is its "adapter"',
  env: 'what agents get of the environment is "env" of their adapter',
};

/** Of an adapter. */
export const FOREIGN_ADAPTER_KEYS: ForeignKeys = {
  command: 'the program is "binary"',
  cmd: 'the program is "binary"',
  path: 'the program is "binary"',
  type: 'how an agent is talked with is "protocol", which may be "acp"',
  model: 'the model is "default_model"',
  permissions: 'what agents may use is "default_permissions"',
};

/** Of a price. */
export const FOREIGN_PRICE_KEYS: ForeignKeys = {
  prompt: 'what is sent to a model costs "input"',
  completion: 'what a model writes costs "output"',
  cached: 'what comes from a cache costs "cache_read"',
  cached_input: 'what comes from a cache costs "cache_read"',
  cache: 'what comes from a cache costs "cache_read", what goes there "cache_write"',
};
