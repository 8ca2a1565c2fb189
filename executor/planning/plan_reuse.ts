/** Plans which steps a resume, or a run from a step, runs again and which results it adopts, and why. */
import type { ArtifactData, PlannedStep, StepStatus } from "../../event/event.ts";
import { NotFoundError } from "../../event/errors.ts";
import { unmetIn } from "../run/unmet_condition.ts";
import { type ArtifactChange, artifactChange } from "../workspace/declared_artifacts.ts";

/** A step as it was recorded. Paths are relative to the project root. */
export interface PriorStep {
  readonly id: string;
  readonly status: StepStatus;
  readonly digest: string | null;
  /** Why it was skipped or failed; null for others. */
  readonly errorMessage?: string | null;
  readonly artifacts: readonly ArtifactData[];
  /** Where an edge led on to from it; absent or null: nowhere. */
  readonly edge?: string | null;
}

export interface ReuseOptions {
  /** The step to start from: it runs again, whatever its result was, and so does all that depends on it. */
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
  /** `skip`: it was not chosen, and has no result that stands. */
  readonly action: "reuse" | "run" | "skip";
  /** For a person. */
  readonly reason: string;
  /**
   * Set for a step that had not completed and runs again only because of that: what is left of its last
   * attempt may be continued, unless the step is `changed`.
   */
  readonly continues?: "unchanged" | "changed";
  /** The step whose results stand for this one's, which failed. */
  readonly standIn?: string;
}

export interface ChangedArtifact {
  readonly step: string;
  readonly name: string;
  readonly path: string;
  readonly change: ArtifactChange;
}

export interface ReusePlan {
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
export async function planReuse(
  prior: readonly PriorStep[],
  steps: readonly PlannedStep[],
  root: string,
  options: ReuseOptions = {},
  roles: StepRoles = NO_ROLES,
): Promise<ReusePlan> {
  const { fromStep } = options;
  if (fromStep !== undefined && !steps.some(({ id }) => id === fromStep)) {
    throw new NotFoundError("step_not_found", `There is no step "${fromStep}"`, {
      hint: `steps: ${steps.map(({ id }) => id).join(", ")}`,
    });
  }
  return await new ReusePlanner(prior, steps, root, options, roles).plan();
}

type Decision = Omit<PlannedAction, "id">;

class ReusePlanner {
  readonly #prior: ReadonlyMap<string, PriorStep>;
  readonly #steps: ReadonlyMap<string, PlannedStep>;
  readonly #root: string;
  readonly #options: ReuseOptions;
  readonly #roles: StepRoles;
  readonly #decided = new Map<string, PlannedAction>();
  readonly #changed: ChangedArtifact[] = [];

  constructor(
    prior: readonly PriorStep[],
    steps: readonly PlannedStep[],
    root: string,
    options: ReuseOptions,
    roles: StepRoles,
  ) {
    this.#prior = new Map(prior.map((step) => [step.id, step]));
    this.#steps = new Map(steps.map((step) => [step.id, step]));
    this.#root = root;
    this.#options = options;
    this.#roles = roles;
  }

  async plan(): Promise<ReusePlan> {
    const steps: PlannedAction[] = [];
    for (const step of this.#steps.values()) steps.push(await this.#actionOf(step));
    return { steps, changed: this.#changed };
  }

  async #actionOf(step: PlannedStep): Promise<PlannedAction> {
    const known = this.#decided.get(step.id);
    if (known !== undefined) return known;
    // Guards against a cycle, which the validation refuses.
    this.#decided.set(step.id, { id: step.id, action: "run", reason: "depends on itself" });
    const action = { id: step.id, ...await this.#decide(step) };
    this.#decided.set(step.id, action);
    return action;
  }

  async #decide(step: PlannedStep): Promise<Decision> {
    const byRole = await this.#byRole(step);
    if (byRole !== null) return byRole;
    if (step.id === this.#options.fromStep) return run("named by --from-step");
    const prior = this.#prior.get(step.id);
    if (prior === undefined) return run("new in the pipeline");
    return await this.#byDependencies(step) ?? await this.#byPrior(prior);
  }

  /** Of a step that does not run for itself: one of a loop, or one that only a failure calls for. */
  async #byRole({ id }: PlannedStep): Promise<Decision | null> {
    const loop = this.#steps.get(this.#roles.inLoop.get(id) ?? "");
    if (loop !== undefined) {
      const { action } = await this.#actionOf(loop);
      const reason = action === "reuse" ? `part of ${loop.id}, completed` : `part of ${loop.id}`;
      return { action, reason };
    }
    if (!this.#roles.onDemand.has(id)) return null;
    return { action: "reuse", reason: "runs only if another step fails" };
  }

  async #byDependencies({ dependencies }: PlannedStep): Promise<Decision | null> {
    for (const id of dependencies) {
      const dependency = this.#steps.get(id);
      if (dependency !== undefined && (await this.#actionOf(dependency)).action === "run") {
        return run(`depends on ${id}, which runs again`);
      }
    }
    return null;
  }

  async #byPrior(prior: PriorStep): Promise<Decision> {
    if (this.#isChanged(prior)) {
      const changed = run("changed since it ran");
      return prior.status === "completed" ? changed : { ...changed, continues: "changed" };
    }
    if (prior.status === "completed") return await this.#byArtifacts(prior);
    if (prior.status === "skipped" && unmetIn(prior.errorMessage ?? "", prior.id) !== null) {
      return { action: "reuse", reason: `skipped: ${prior.errorMessage}` };
    }
    if (prior.status === "failed" && (prior.edge ?? null) !== null) {
      return { action: "reuse", reason: `failed, which leads to ${prior.edge}` };
    }
    const standIn = prior.status === "failed" ? this.#standInOf(prior.id) : undefined;
    if (standIn === undefined) {
      return { ...run(NOT_COMPLETED[prior.status]), continues: "unchanged" };
    }
    const decision = await this.#byArtifacts(standIn);
    return decision.action === "run" ? decision : {
      ...decision,
      reason: `failed, and ${standIn.id} took over: ${decision.reason}`,
      standIn: standIn.id,
    };
  }

  #isChanged({ id, digest }: PriorStep): boolean {
    return digest !== null && digest !== this.#steps.get(id)?.digest;
  }

  /** A step that completed in place of this one, which failed. */
  #standInOf(id: string): PriorStep | undefined {
    return (this.#roles.standIns.get(id) ?? []).flatMap((other) => this.#prior.get(other) ?? [])
      .find((other) => other.status === "completed" && !this.#isChanged(other));
  }

  /** Of a completed step: whether the files of its artifacts are still there, and what they were. */
  async #byArtifacts(prior: PriorStep): Promise<Decision> {
    let decision: Decision = { action: "reuse", reason: "completed" };
    for (const artifact of prior.artifacts) {
      const change = await artifactChange(artifact, this.#root);
      if (change === null) continue;
      const { name, path } = artifact;
      if (change === "missing") decision = run(`its artifact ${name} is missing at ${path}`);
      else if (decision.action === "reuse") {
        decision = {
          action: "reuse",
          reason: `completed; its artifact ${name} changed at ${path}`,
        };
      }
      if (change === "missing" || this.#options.acceptChanged !== true) {
        this.#changed.push({ step: prior.id, name, path, change });
      }
    }
    return decision;
  }
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
