/** All steps of a pipeline, those in loops too, and the dependencies between them. */
import type { EachSource, OutputArtifact, Step } from "../model/pipeline.ts";
import type { Path } from "../source/yaml_source.ts";

export interface Member {
  readonly step: Step;
  /** Where it stands in the file. */
  readonly path: Path;
  /** Ids from the outermost loop to the step itself. */
  readonly chain: readonly string[];
}

export class Members {
  readonly all: readonly Member[];
  readonly byId: ReadonlyMap<string, Member>;
  readonly #answers = new Map<string, Set<string>>();
  readonly #dependencies = new Map<string, Set<string>>();
  readonly #entries = new Map<string, Set<string>>();

  constructor(steps: readonly Step[], path: Path) {
    this.all = membersOf(steps, path, []);
    const byId = new Map<string, Member>();
    for (const member of this.all) {
      if (byId.has(member.step.id)) continue;
      byId.set(member.step.id, member);
      this.#dependencies.set(member.step.id, new Set());
    }
    this.byId = byId;
  }

  /**
   * Makes a step wait for another. Between a loop's inside and its outside the loop itself waits, or is
   * waited for. A step within a loop that waits for its own loop is a mistake: false.
   */
  link(step: Member, target: Member): boolean {
    let depth = 0;
    while (
      depth < step.chain.length - 1 && depth < target.chain.length - 1 &&
      step.chain[depth] === target.chain[depth]
    ) depth++;
    const from = step.chain[depth];
    const to = target.chain[depth];
    if (from === undefined || to === undefined || from === to && step !== target) return false;
    this.#dependencies.get(from)?.add(to);
    return true;
  }

  /** Makes `step` one that starts when an edge of `from` leads to it. */
  enter(step: Member, from: Member): void {
    const { id } = step.step;
    this.#dependencies.get(id)?.add(from.step.id);
    this.#entries.set(id, (this.#entries.get(id) ?? new Set()).add(from.step.id));
  }

  /** True when the step `id` waits for the step `other`, directly or not. */
  isBehind(id: string, other: string): boolean {
    const before = new Set([id]);
    // Grows while it is walked.
    for (const each of before) {
      for (const next of this.#dependencies.get(each) ?? []) before.add(next);
    }
    return id !== other && before.has(other);
  }

  /** Notes that what a step answers is asked for under a name. */
  declare(target: Member, artifact: string): void {
    const { id } = target.step;
    this.#answers.set(id, (this.#answers.get(id) ?? new Set()).add(artifact));
  }

  dependenciesOf(id: string): readonly string[] {
    return [...this.#dependencies.get(id) ?? []];
  }

  /** The steps with all links as their dependencies, and matrix sources by their declared names. */
  linked(steps: readonly Step[]): Step[] {
    return steps.map((step) => ({
      ...step,
      dependencies: this.dependenciesOf(step.id),
      entries: [...this.#entries.get(step.id) ?? []],
      outputArtifacts: [
        ...step.outputArtifacts,
        ...[...this.#answers.get(step.id) ?? []].map((name): OutputArtifact => ({
          ...{
            name,
            path: `${name}.txt`,
            type: null,
            required: true,
            source: "stdout",
            raw: false,
          },
        })),
      ],
      each: step.each === null ? null : { ...step.each, source: this.#source(step.each.source) },
      action: step.action.kind === "loop"
        ? { ...step.action, steps: this.linked(step.action.steps) }
        : step.action,
    }));
  }

  #source(source: EachSource): EachSource {
    if (source.kind === "template") return source;
    const step = this.byId.get(source.step)?.step;
    const artifact = step === undefined ? null : artifactNamed(step, source.artifact);
    return artifact === null ? source : { ...source, artifact };
  }
}

/** The declared artifact that a name, or a path as in `items_source`, means; null when none is. */
export function artifactNamed(step: Step, text: string): string | null {
  const declared = step.outputArtifacts;
  const found = declared.find(({ name }) => name === text) ??
    declared.find(({ path }) => path === text || path.endsWith(`/${text}`)) ??
    declared.find(({ name }) => name === text.replace(/\.json$/, ""));
  return found?.name ?? null;
}

function membersOf(steps: readonly Step[], path: Path, outer: readonly string[]): Member[] {
  return steps.flatMap((step) => {
    const at = STEP_PATHS.get(step) ?? path;
    const chain = [...outer, step.id];
    const inner = step.action.kind === "loop" ? membersOf(step.action.steps, at, chain) : [];
    return [{ step, path: at, chain }, ...inner];
  });
}

/** Where each step stands in its file, as long as the step lives. */
export const STEP_PATHS = new WeakMap<Step, Path>();
