/**
 * Keys that published pipelines and manifests use and wave does not act upon, with what it does not do.
 * What only makes things convenient is accepted with a warning; what guards (a check, a permission, a
 * limit) is refused, because its absence would be taken for its presence.
 */
import type { Path } from "../source/yaml_source.ts";
import type { Report } from "../source/file_diagnostics.ts";

/** Why a key has no effect; `refused` where something would go unguarded. */
type Reason = string | { readonly refused: string };
type Table = Readonly<Record<string, Reason>>;

const guard = (refused: string): Reason => ({ refused });

export const PIPELINE_KEYS: Table = {
  chat_context: "wave has no chat, so nothing is told to one",
  "requires.skills": "wave installs and checks no skills",
  "input.label_filter": "wave fetches no issues by label",
  "input.batch_size": "wave takes one input a run",
};

export const STEP_KEYS: Table = {
  validation: guard("wave makes no such check; use handover.contract"),
  fidelity: "wave hands nothing down but what memory.inject_artifacts and thread say",
  concurrency: "wave starts one agent a step; use iterate or strategy",
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
};

export const CONTRACT_KEYS: Table = {
  progressive_validation: "wave checks the whole of it each time",
  recovery_level: "wave mends no JSON",
  allow_recovery: "wave mends no JSON",
  warn_on_recovery: "wave mends no JSON",
  disable_wrapper_detection: "wave unwraps no JSON",
  debug_mode: "wave logs every check",
  token_budget: guard("wave says it as budget.tokens of the step"),
  convergence_window: "wave compares no scores",
  convergence_min_improvement: "wave compares no scores",
};

export const MANIFEST_KEYS: Table = {
  skills: "wave reads the skills that a pipeline or step names",
  server: "wave has no server",
  evolution: "wave changes no pipelines",
  "runtime.workspace_root": "wave keeps workspaces in .wave/workspaces",
  "runtime.pipeline_id_hash_length": "wave's run ids have no hash",
  "runtime.timeouts": "wave takes the limits of steps and gates",
  "runtime.artifacts": "wave keeps artifacts where steps write them",
  "runtime.circuit_breaker": guard("wave says it as retry.stop_on_same of a step"),
  "runtime.retros": "wave writes no retrospectives",
  "runtime.cost": "wave takes prices from `pricing`",
  "runtime.cost.budget_ceiling": guard("wave says it as runtime.budget.usd"),
  "runtime.fallbacks": "wave takes runtime.fallback: a list of models, or of { adapter, model }",
  "runtime.stall_timeout": guard("wave says it as runtime.silence_minutes"),
  "runtime.routing": "wave runs the pipeline that is named",
  "runtime.sandbox.enabled": guard("wave has no sandbox; agents get a filtered environment"),
  "runtime.sandbox.backend": "wave has no sandbox",
  "runtime.sandbox.docker_image": "wave has no sandbox",
  "runtime.sandbox.default_allowed_domains": guard("wave does not filter the network"),
  "runtime.relay": "wave summarises no conversation",
  "runtime.meta_pipeline.max_total_steps": guard("wave limits the depth, and the visits of a step"),
  "runtime.meta_pipeline.max_total_tokens": guard("wave says it as runtime.budget.tokens"),
  "runtime.meta_pipeline.timeout_minutes": guard(
    "wave takes timeout_minutes of steps, and --timeout of the run",
  ),
  "runtime.audit.log_all_file_operations": "wave records what agents tell of their tools",
  "runtime.audit.log_dir": "wave keeps its traces in .wave/traces",
};

export const ADAPTER_KEYS: Table = { hooks_template: "wave writes no hook files" };

export const PERSONA_KEYS: Table = {
  hooks: guard(
    "wave runs no hooks; Claude Code takes its own from a file: args: [--settings, <file>]",
  ),
  sandbox: guard("wave does not filter the network"),
  skills: "wave reads the skills that a pipeline or step names",
  token_scopes: guard("wave checks no tokens"),
};

/** Tells each key of the table that the data has; one that is `false`, 0 or empty asks for nothing. */
export function tellNotBuilt(table: Table, data: unknown, path: Path, report: Report): void {
  for (const [key, reason] of Object.entries(table)) {
    const parts = key.split(".");
    const value = parts.reduce<unknown>(
      (here, part) =>
        typeof here === "object" && here !== null && Object.hasOwn(here, part)
          ? Reflect.get(here, part)
          : undefined,
      data,
    );
    if (value === undefined || value === null || value === false || value === 0) continue;
    const at = [...path, ...parts];
    if (typeof reason === "string") {
      report.atKey("warning", "not_built", at, `\`${key}\`: ${reason}`);
    } else {
      report.atKey(
        "error",
        "not_built",
        at,
        `\`${key}\` guards something, and wave does not: ${reason.refused}`,
        "take it out, if it may be done without",
      );
    }
  }
}
