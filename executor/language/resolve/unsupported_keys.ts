/** Keys that published pipelines and manifests use and wave only accepts, with what it does not do. */
import type { Path } from "../source/yaml_source.ts";
import type { Report } from "../source/fit_shape.ts";

type Table = Readonly<Record<string, string>>;

export const PIPELINE_KEYS: Table = {
  chat_context: "wave has no chat, so nothing is told to one",
  hooks: "wave runs no hooks of a pipeline",
  max_step_visits: "wave does not route along edges, so there are no visits to count",
  "requires.skills": "wave installs and checks no skills",
  "input.label_filter": "wave fetches no issues by label",
  "input.batch_size": "wave takes one input a run",
};

export const STEP_KEYS: Table = {
  edges: "wave does not route along edges: steps run in the order of their dependencies",
  max_visits: "wave does not route along edges, so there are no visits to count",
  validation: "wave makes no such check; use handover.contract",
  fidelity: "wave hands nothing down but what memory.inject_artifacts and thread say",
  concurrency: "wave starts one agent a step; use iterate or strategy",
  permissions: "wave takes permissions from the persona alone",
  input_ref: "wave takes its input from `input`, and `input_ref.literal` in its place",
  "config.max_cycles": "wave limits a loop by its max_iterations alone",
  "config.stop_condition": "wave ends a loop by its `until` alone",
  "handover.compaction": "wave summarises no conversation",
  "handover.on_review_fail": "wave takes contract.on_failure instead",
  "handover.target_step": "wave takes contract.rework_step instead",
  "retry.no_escalate": "wave never changes the model between attempts",
  "retry.adapt_prompt": "wave always tells the next attempt why the last one failed",
  "strategy.item_id_key": "wave starts items in their order",
  "strategy.dependency_key": "wave knows no dependencies between items",
  "strategy.stacked": "wave gives each item a branch of its own",
  "gate.tui_action": "wave has no such screen",
  "gate.interval": "wave does not ask a forge",
  "gate.pr_number": "wave does not ask a forge",
  "gate.repo": "wave does not ask a forge",
  "gate.branch": "wave does not ask a forge",
};

export const CONTRACT_KEYS: Table = {
  progressive_validation: "wave checks the whole of it each time",
  recovery_level: "wave mends no JSON",
  allow_recovery: "wave mends no JSON",
  warn_on_recovery: "wave mends no JSON",
  disable_wrapper_detection: "wave unwraps no JSON",
  debug_mode: "wave logs every check",
  token_budget: "wave counts tokens and limits none",
  threshold: "wave takes the verdict as it is given",
  convergence_window: "wave compares no scores",
  convergence_min_improvement: "wave compares no scores",
};

export const MANIFEST_KEYS: Table = {
  skills: "wave reads the skills that a pipeline or step names",
  hooks: "wave runs no hooks of a manifest",
  server: "wave has no server",
  evolution: "wave changes no pipelines",
  "runtime.workspace_root": "wave keeps workspaces in .wave/workspaces",
  "runtime.pipeline_id_hash_length": "wave's run ids have no hash",
  "runtime.timeouts": "wave takes the limits of steps and gates",
  "runtime.artifacts": "wave keeps artifacts where steps write them",
  "runtime.circuit_breaker": "wave tries as often as `retry` says",
  "runtime.retros": "wave writes no retrospectives",
  "runtime.cost": "wave counts tokens, not money",
  "runtime.fallbacks": "wave takes the adapter of the persona alone",
  "runtime.stall_timeout": "wave ends a step by its time limit alone",
  "runtime.routing": "wave runs the pipeline that is named",
  "runtime.sandbox.enabled": "wave has no sandbox; adapters get a filtered environment",
  "runtime.sandbox.backend": "wave has no sandbox",
  "runtime.sandbox.docker_image": "wave has no sandbox",
  "runtime.sandbox.default_allowed_domains": "wave does not filter the network",
  "runtime.relay": "wave summarises no conversation",
  "runtime.meta_pipeline.max_total_steps": "wave limits the depth alone",
  "runtime.meta_pipeline.max_total_tokens": "wave counts tokens and limits none",
  "runtime.meta_pipeline.timeout_minutes":
    "wave takes timeout_minutes of steps, and --timeout of the run",
  "runtime.audit.log_all_file_operations": "wave records what agents tell of their tools",
  "runtime.audit.log_dir": "wave keeps its traces in .wave/traces",
};

/** Warns of each key of the table that the data has. */
export function warnNotBuilt(table: Table, data: unknown, path: Path, report: Report): void {
  for (const [key, reason] of Object.entries(table)) {
    const parts = key.split(".");
    const value = parts.reduce<unknown>(
      (here, part) =>
        typeof here === "object" && here !== null && Object.hasOwn(here, part)
          ? Reflect.get(here, part)
          : undefined,
      data,
    );
    if (value === undefined || value === null || value === false) continue;
    report.atKey("warning", "not_built", [...path, ...parts], `\`${key}\`: ${reason}`);
  }
}
