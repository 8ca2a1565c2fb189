/** Checks what an attempt delivered, contract by contract. */
import type { Tokens } from "../../event/event.ts";
import { WaveError } from "../../event/errors.ts";
import { OverBudgetError } from "../budget/meter.ts";
import { findOutput } from "../workspace/declared_artifacts.ts";
import type { RunContext } from "../run/run_context.ts";
import type {
  Contract,
  JsonSchemaContract,
  NonEmptyFileContract,
} from "../language/model/contract.ts";
import type { Work } from "../work/work.ts";
import { readText } from "../files/read_text.ts";
import { agentReview } from "./agent_review.ts";
import type { CheckResult } from "./check_result.ts";
import { contractSchema, violations } from "../files/json_schema.ts";
import { sourceDiff } from "./source_diff.ts";
import { testCount } from "./test_count.ts";
import { testSuite } from "./test_suite.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";

export interface ContractsResult {
  readonly tokens: Tokens;
  readonly interrupted: boolean;
  /** The contract that fails the attempt, and why. */
  readonly failure: { readonly contract: Contract; readonly reason: string } | null;
  /** Why a contract could not be checked, and no other attempt may be made: a budget is used up. */
  readonly unchecked?: string;
}

/**
 * Checks the contracts of a step in their order. A failed one with `warn` or `continue` is recorded and
 * the next is checked; with `skip` the rest is not checked; any other fails the attempt.
 */
export async function checkContracts(context: RunContext, work: Work): Promise<ContractsResult> {
  let tokens = NO_TOKENS;
  for (const contract of work.step.contracts) {
    const { reason, interrupted = false, final = false, ...rest } = await checkOne(
      context,
      work,
      contract,
    );
    tokens = addTokens(tokens, rest.tokens ?? NO_TOKENS);
    if (interrupted) return { tokens, interrupted, failure: null };
    if (reason === null) continue;
    if (final) return { tokens, interrupted, failure: null, unchecked: reason };
    const { kind } = contract.onFailure;
    if (kind !== "warn" && kind !== "continue" && kind !== "skip") {
      return { tokens, interrupted: false, failure: { contract, reason } };
    }
    const what = `contract ${contract.type} failed: ${reason}`;
    context.tolerate(work.step, `contract on_failure: ${kind}`, what);
    if (kind === "skip") break;
  }
  return { tokens, interrupted: false, failure: null };
}

async function checkOne(
  context: RunContext,
  work: Work,
  contract: Contract,
): Promise<CheckResult> {
  const { step, attempt } = work;
  const event = { step_id: step.id, persona: step.persona, attempt };
  const data = { contract: contract.type };
  context.emit({ ...event, state: "validating", message: contract.type, data });
  const checked = await reasonOf(context, work, contract);
  if (checked.interrupted === true) return checked;
  if (checked.reason === null) {
    context.emit({ ...event, state: "contract_passed", message: contract.type, data });
  } else {
    context.emit({
      ...event,
      state: "contract_failed",
      message: `${contract.type}: ${checked.reason}`,
      data: { ...data, on_failure: contract.onFailure.kind },
    });
  }
  return checked;
}

async function reasonOf(
  context: RunContext,
  work: Work,
  contract: Contract,
): Promise<CheckResult> {
  try {
    switch (contract.type) {
      case "json_schema":
        return { reason: await jsonSchema(context, work, contract) };
      case "non_empty_file":
        return { reason: await nonEmptyFile(work, contract) };
      case "test_suite":
        return await testSuite(context, work, contract);
      case "source_diff":
        return await sourceDiff(work.folders.commandCwd, contract, context.forced);
      case "test_diff":
      case "test_count_baseline":
        return await testCount(work.folders.commandCwd, contract, context.forced);
      case "agent_review":
      case "llm_judge":
        return await agentReview(context, work, contract);
    }
  } catch (error) {
    if (error instanceof OverBudgetError) return { reason: error.message, final: true };
    if (error instanceof WaveError) return { reason: error.message };
    throw error;
  }
}

async function jsonSchema(
  context: RunContext,
  { step, folders }: Work,
  contract: JsonSchemaContract,
): Promise<string | null> {
  const source = contract.source ?? step.outputArtifacts[0]?.path ?? null;
  if (source === null) return "there is no file to check: name one as `source`";
  const file = await findOutput(source, folders);
  if (file === null) return `${source} does not exist`;
  const found = await violations(readText(file, source), contractSchema(contract, context.root));
  return found === null ? null : `${source}: ${found}`;
}

async function nonEmptyFile(
  { step, folders }: Work,
  { source }: NonEmptyFileContract,
): Promise<string | null> {
  const paths = source === null ? step.outputArtifacts.map(({ path }) => path) : [source];
  for (const path of paths) {
    const file = await findOutput(path, folders);
    if (file === null) return `${path} does not exist`;
    const info = Deno.statSync(file);
    if (!info.isFile) return `${path} is not a file`;
    if (info.size === 0) return `${path} is empty`;
  }
  return null;
}
