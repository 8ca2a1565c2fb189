/** What can be known to fail before the first step is paid for. */
import { asksAgent } from "../language/model/contract.ts";
import { basename, dirname, join } from "@std/path";
import { OperationError } from "../../event/errors.ts";
import { isInside } from "../files/confine.ts";
import {
  accessProblem,
  type CallerVariables,
  type CallingAdapter,
} from "../adapters/agent_access.ts";
import { lstat } from "../../event/files.ts";
import { gitSays, refusalOf } from "../files/git.ts";
import { knownAgent } from "../adapters/known_adapters.ts";
import { type Manifest, MOCK_ADAPTER } from "../language/model/manifest.ts";
import type { Step } from "../language/model/pipeline.ts";
import { expressionsIn } from "../language/template/template.ts";
import { personasOf } from "./agents_of_steps.ts";
import { allSteps } from "./planned_steps.ts";
import { findProgram, whyNotStarted } from "../processes/find_program.ts";
import { requirePromptFile } from "../work/build_prompt.ts";
import { passedTo } from "../work/choose_agent.ts";
import { baseRefusalOf, checkedOut } from "../files/worktrees.ts";

/**
 * Checks that the worktrees of the steps can be made, as far as that is certain: steps that may fail or
 * may not run are left out, and so are branches that only the run can name.
 *
 * @param root absolute, of the project, without links.
 * @param runFolder absolute, of the run that is continued; null for a new one.
 * @throws {OperationError} `worktree_failed`.
 */
export async function checkWorktrees(
  steps: readonly Step[],
  root: string,
  runFolder: string | null,
  signal: AbortSignal,
): Promise<void> {
  const branches = new Set<string>();
  const waitsForScript = scriptsBefore(steps);
  for (const { workspace, optional, reworkOnly, id } of allSteps(steps)) {
    if (workspace.kind !== "worktree" || optional || reworkOnly) continue;
    const refuse = (reason: string, hint: string): never => {
      throw new OperationError(
        "worktree_failed",
        `Cannot make the worktree of step ${id}: ${reason}`,
        { hint },
      );
    };
    if (branches.size === 0) {
      const refusal = await refusalOf(root, signal);
      if (refusal !== null) refuse(refusal.reason, refusal.hint);
      const args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
      if (workspace.base === null && !await gitSays(root, args, signal)) {
        refuse("the repository has no commit yet", "commit something first");
      }
    }
    const branch = workspace.branch ?? "";
    if (branches.has(branch)) continue;
    branches.add(branch);
    const base = workspace.base?.trim() ?? "";
    const isKnown = branch !== "" && expressionsIn(branch).length === 0;
    const there = isKnown ? await checkedOut(root, branch, signal) : null;
    if (there !== null && lstat(there) !== null) {
      if (runFolder !== null && isInside(runFolder, there)) continue;
      refuse(`"${branch}" is checked out at ${there}`, hintFor(root, there));
    }
    // A script before may fetch or make what the step starts from.
    if (base === "" || base.startsWith("-") || expressionsIn(base).length > 0) continue;
    if (waitsForScript(id)) continue;
    // Of a branch that only the run can name, where it is to start is known all the same.
    const spec = { branch: isKnown ? branch : "", base, reuse: !isKnown || workspace.reuse };
    const wrong = await baseRefusalOf(root, spec, signal);
    if (wrong !== null) refuse(wrong.reason, wrong.hint);
  }
}

/**
 * Checks that the personas of the steps have their system prompts.
 *
 * @throws {UsageError} `no_persona_prompt`.
 */
export function checkPersonas(steps: readonly Step[], { personas }: Manifest, root: string): void {
  for (const { persona, contracts } of allSteps(steps)) {
    const reviewers = contracts.flatMap((contract) =>
      asksAgent(contract) ? [contract.persona] : []
    );
    for (const name of [persona ?? "", ...reviewers]) {
      const file = personas[name]?.systemPromptFile ?? null;
      if (file !== null) requirePromptFile(root, file, name);
    }
  }
}

/**
 * Checks that the agents of the steps are there and get a key, unless a script that runs before may bring
 * what is missing.
 *
 * @param environment of wave.
 * @throws {OperationError} `program_not_found`, `no_access`.
 */
export function checkPrograms(
  steps: readonly Step[],
  manifest: Manifest,
  root: string,
  environment: Readonly<Record<string, string>>,
): void {
  const path = environment["PATH"] ?? "";
  const waitsForScript = scriptsBefore(steps);
  for (const step of allSteps(steps)) {
    if (step.optional || step.reworkOnly || waitsForScript(step.id)) continue;
    for (const name of adaptersOf(step, manifest)) {
      const spec = manifest.adapters[name];
      if (spec === undefined || knownAgent(spec) === MOCK_ADAPTER) continue;
      if (findProgram(spec.binary, path, root) !== null) {
        requireAccess(step.id, spec, {
          environment,
          passed: passedTo(spec, manifest, environment, step.envNames),
          root,
        });
        continue;
      }
      throw new OperationError(
        "program_not_found",
        `Cannot start the agent of step ${step.id}: ${whyNotStarted(spec.binary, path, root)}`,
        { hint: `install it, or set "binary" of ${name} in wave.yaml; --mock needs none` },
      );
    }
  }
}

/** Where an agent may have access by means that wave does not see, it is left to the run. */
function requireAccess(stepId: string, adapter: CallingAdapter, where: CallerVariables): void {
  const problem = accessProblem(adapter, where);
  if (problem?.isCertain !== true) return;
  const { message, hint } = problem;
  throw new OperationError("no_access", `Cannot start the agent of step ${stepId}: ${message}`, {
    hint,
  });
}

/** Tells of a step's id whether something else than an agent comes before it, however far. */
function scriptsBefore(steps: readonly Step[]): (id: string) => boolean {
  const byId = new Map([...allSteps(steps)].map((step) => [step.id, step]));
  const waitsForScript = (id: string): boolean =>
    byId.get(id)?.dependencies.some((before) =>
      byId.get(before)?.action.kind !== "prompt" || waitsForScript(before)
    ) ?? false;
  return waitsForScript;
}

function adaptersOf(step: Step, manifest: Manifest): string[] {
  return personasOf(step).map(({ persona, adapter }) => adapter ?? adapterOf(persona, manifest))
    .filter((name) => name !== null);
}

function adapterOf(persona: string | null, { personas }: Manifest): string | null {
  return persona === null ? null : personas[persona]?.adapter ?? null;
}

/** A branch that another run has: `<workspaces>/<run>/.worktrees/<branch>`. */
function hintFor(root: string, there: string): string {
  const run = dirname(dirname(there));
  return dirname(run) === join(root, ".wave", "workspaces")
    ? `wave clean ${basename(run)} once it has ended, or a branch for each run: {{ pipeline_id }}`
    : "let the step use another branch, or remove that worktree";
}
