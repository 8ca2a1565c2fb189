/** Plans what a resume, or a run from a step, does again and what it takes over, and says why. */
import type { ArtifactData, PlannedStep, StepStatus } from "../../event/event.ts";
import { NotFoundError } from "../../event/errors.ts";
import { type ArtifactChange, artifactChange } from "../workspace/artifacts.ts";

/** A step as it was recorded. Paths are relative to the project root. */
export interface PriorStep {
  readonly id: string;
  readonly status: StepStatus;
  readonly digest: string | null;
  readonly artifacts: readonly ArtifactData[];
}

export interface ResumeOptions {
  /** The step to start from: it runs again, whatever it came to, and so does all that depends on it. */
  readonly fromStep?: string | undefined;
  /** Take artifacts as they are now, although they are not what was recorded. */
  readonly acceptChanged?: boolean | undefined;
}

/** How the steps of today hang together, besides their dependencies. */
export interface StepRoles {
  /** Steps within loops, which run when their loop does, and that loop. */
  readonly inLoop: ReadonlyMap<string, string>;
  /** Steps that run only when another one fails (`rework_only`). */
  readonly onDemand: ReadonlySet<string>;
  /** Steps that take over when this one fails (`rework_step`). */
  readonly standIns: ReadonlyMap<string, readonly string[]>;
}

const NO_ROLES: StepRoles = { inLoop: new Map(), onDemand: new Set(), standIns: new Map() };

export interface PlannedAction {
  readonly id: string;
  readonly action: "reuse" | "run";
  /** For a person. */
  readonly reason: string;
  /** Said of a step that runs for itself alone and had not completed: what began within it may go on. */
  readonly goesOn?: "unchanged" | "changed";
  /** The step whose results stand for this one's, which failed. */
  readonly standIn?: string;
}

export interface ChangedArtifact {
  readonly step: string;
  readonly name: string;
  readonly path: string;
  readonly change: ArtifactChange;
}

export interface ResumePlan {
  /** In file order. */
  readonly steps: readonly PlannedAction[];
  /**
   * Artifacts of otherwise reusable steps whose files are no longer what was recorded. A resume is
   * refused for those that are `changed`, unless they are accepted; of a missing one the step runs again.
   */
  readonly changed: readonly ChangedArtifact[];
}

/**
 * For each step of the pipeline of today whether its earlier result stands.
 *
 * @param steps of today, in file order ({@link plannedSteps}).
 * @throws {NotFoundError} `step_not_found` for a `fromStep` that is no step.
 */
export async function planResume(
  prior: readonly PriorStep[],
  steps: readonly PlannedStep[],
  root: string,
  { fromStep, acceptChanged = false }: ResumeOptions = {},
  { inLoop, onDemand, standIns }: StepRoles = NO_ROLES,
): Promise<ResumePlan> {
  if (fromStep !== undefined && !steps.some(({ id }) => id === fromStep)) {
    throw new NotFoundError("step_not_found", `There is no step "${fromStep}"`, {
      hint: `steps: ${steps.map(({ id }) => id).join(", ")}`,
    });
  }
  const before = new Map(prior.map((step) => [step.id, step]));
  const byId = new Map(steps.map((step) => [step.id, step]));
  const changed: ChangedArtifact[] = [];
  const decided = new Map<string, PlannedAction>();

  const decide = async (step: PlannedStep): Promise<PlannedAction> => {
    const known = decided.get(step.id);
    if (known !== undefined) return known;
    // Guards against a cycle, which the validation refuses.
    decided.set(step.id, { id: step.id, action: "run", reason: "depends on itself" });
    const action = { id: step.id, ...await reasoned(step) };
    decided.set(step.id, action);
    return action;
  };

  const reasoned = async (step: PlannedStep): Promise<Omit<PlannedAction, "id">> => {
    const loop = byId.get(inLoop.get(step.id) ?? "");
    if (loop !== undefined) {
      const { action } = await decide(loop);
      const reason = action === "reuse" ? `part of ${loop.id}, completed` : `part of ${loop.id}`;
      return { action, reason };
    }
    if (onDemand.has(step.id)) {
      return { action: "reuse", reason: "runs only if another step fails" };
    }
    if (step.id === fromStep) return run("named by --from-step");
    const was = before.get(step.id);
    if (was === undefined) return run("new in the pipeline");
    for (const id of step.dependencies) {
      const dependency = byId.get(id);
      if (dependency !== undefined && (await decide(dependency)).action === "run") {
        return run(`depends on ${id}, which runs again`);
      }
    }
    if (isChanged(was)) {
      const changed = run("changed since it ran");
      return was.status === "completed" ? changed : { ...changed, goesOn: "changed" };
    }
    if (was.status === "completed") return await withArtifacts(was);
    const standIn = was.status === "failed" ? standInOf(step.id) : undefined;
    if (standIn === undefined) return { ...run(NOT_COMPLETED[was.status]), goesOn: "unchanged" };
    const verdict = await withArtifacts(standIn);
    return verdict.action === "run" ? verdict : {
      ...verdict,
      reason: `failed, and ${standIn.id} took over: ${verdict.reason}`,
      standIn: standIn.id,
    };
  };

  const isChanged = ({ id, digest }: PriorStep) =>
    digest !== null && digest !== byId.get(id)?.digest;

  const standInOf = (id: string): PriorStep | undefined =>
    (standIns.get(id) ?? []).flatMap((other) => before.get(other) ?? [])
      .find((other) => other.status === "completed" && !isChanged(other));

  const withArtifacts = async (was: PriorStep): Promise<Omit<PlannedAction, "id">> => {
    let verdict: Omit<PlannedAction, "id"> = { action: "reuse", reason: "completed" };
    for (const artifact of was.artifacts) {
      const change = await artifactChange(artifact, root);
      if (change === null) continue;
      const { name, path } = artifact;
      if (change === "missing") verdict = run(`its artifact ${name} is missing at ${path}`);
      else if (verdict.action === "reuse") {
        verdict = { action: "reuse", reason: `completed; its artifact ${name} changed at ${path}` };
      }
      if (change === "missing" || !acceptChanged) {
        changed.push({ step: was.id, name, path, change });
      }
    }
    return verdict;
  };

  const plan: PlannedAction[] = [];
  for (const step of steps) plan.push(await decide(step));
  return { steps: plan, changed };
}

function run(reason: string): { readonly action: "run"; readonly reason: string } {
  return { action: "run", reason };
}

const NOT_COMPLETED: Readonly<Record<Exclude<StepStatus, "completed">, string>> = {
  pending: "not started yet",
  running: "interrupted",
  retrying: "interrupted before another attempt",
  failed: "failed",
  cancelled: "cancelled",
  skipped: "skipped",
};
