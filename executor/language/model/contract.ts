/** Checks of a step's result (`handover.contract`, `handover.contracts`), validated. */
import type { Position, Template } from "./source_text.ts";

/** What a failed check leads to once no attempt is left. */
export type ContractFailure =
  | { readonly kind: "fail" | "warn" | "skip" | "continue" | "rejected" }
  | { readonly kind: "rework"; readonly step: string };

export interface ContractBase {
  readonly position: Position;
  readonly onFailure: ContractFailure;
  /** True when a failed check is tried again as long as `retry` has attempts left. */
  readonly retries: boolean;
}

export type Contract =
  | JsonSchemaContract
  | NonEmptyFileContract
  | TestSuiteContract
  | AgentReviewContract
  | SourceDiffContract
  | TestCountContract;

export interface JsonSchemaContract extends ContractBase {
  readonly type: "json_schema";
  /** The checked file, relative to the workspace. Null: the step's first output artifact. */
  readonly source: string | null;
  /** Relative to the project root, or null when `schema` is given. */
  readonly schemaPath: string | null;
  /** The schema itself as JSON text. */
  readonly schema: string | null;
}

export interface NonEmptyFileContract extends ContractBase {
  readonly type: "non_empty_file";
  /** Null: every output artifact of the step. */
  readonly source: string | null;
}

export interface TestSuiteContract extends ContractBase {
  readonly type: "test_suite";
  readonly command: Template;
  /** The command's own arguments; empty when `command` is a line for `sh`. */
  readonly args: readonly Template[];
  /** Where it runs. */
  readonly directory: "workspace" | "project";
  readonly timeoutMs: number | null;
}

export interface AgentReviewContract extends ContractBase {
  readonly type: "agent_review" | "llm_judge";
  readonly persona: string;
  /** Of a judge: the share of the criteria that must be met, from 0 to 1. Null: the whole is judged. */
  readonly threshold: number | null;
  readonly model: string | null;
  /** What is reviewed, relative to the workspace. Null: every output artifact. */
  readonly source: string | null;
  readonly criteria: readonly string[];
  /** Relative to the project root. */
  readonly criteriaPath: string | null;
  readonly context: readonly ReviewContext[];
  readonly timeoutMs: number | null;
}

export type ReviewContext =
  | { readonly source: "git_diff"; readonly base: string | null }
  | { readonly source: "artifact"; readonly artifact: string };

/** Files must have changed. */
export interface SourceDiffContract extends ContractBase {
  readonly type: "source_diff";
  /** Those that count; null: all. */
  readonly glob: string | null;
  /** Those that do not count, as globs. */
  readonly exclude: readonly string[];
  readonly minFiles: number;
  /** The commit that they are compared with. */
  readonly base: string;
}

/** Tests must not have gone. */
export interface TestCountContract extends ContractBase {
  /** Compared are the files as they are, or the last commit. */
  readonly type: "test_diff" | "test_count_baseline";
  /** Pathspecs of git. */
  readonly files: readonly string[];
  /** A regular expression for a line that declares a test. */
  readonly declaration: string;
  readonly maxDeletions: number;
  /** The commit that they are compared with. */
  readonly base: string;
}

/** True for a contract that asks an agent, which costs. */
export function asksAgent(contract: Contract): contract is AgentReviewContract {
  return contract.type === "agent_review" || contract.type === "llm_judge";
}
