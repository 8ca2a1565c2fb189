/** Checks what the steps of a pipeline say about each other, and makes every dependency explicit. */
import { didYouMean, quote } from "../source/diagnostic.ts";
import { linkEdges } from "./edge_targets.ts";
import { checkGateTargets } from "./gate_targets.ts";
import { checkPipelineCycles } from "./pipeline_cycles.ts";
import { checkStepCycles } from "./step_cycles.ts";
import { artifactNamed, type Member, Members } from "./step_index.ts";
import { isName } from "../../../event/identity.ts";
import type { InputSpec } from "../model/input_spec.ts";
import type { PipelineOutput, Step } from "../model/pipeline.ts";
import { checkCalledInputs } from "./called_inputs.ts";
import { checkProject, type ProjectView } from "./check_project.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { checkVariables, declaredArtifacts } from "./variables.ts";

export interface Surroundings {
  readonly project: ProjectView;
  /** What the pipeline says of its own input. */
  readonly input: InputSpec;
  /** Ids of steps that could not be resolved, or of which only the work could not. */
  readonly broken: ReadonlySet<string>;
}

/** The steps with all their dependencies. Mistakes are reported. */
export function connect(
  steps: readonly Step[],
  around: Surroundings,
  report: Report,
): Step[] {
  const members = new Members(steps, ["steps"]);
  for (const member of members.all) {
    const { step, path } = member;
    if (members.byId.get(step.id) !== member) {
      const first = members.byId.get(step.id)?.step.position.line ?? 0;
      const at = [...path, "id"];
      report.error(
        "duplicate_step",
        at,
        `step ${quote(step.id)} is there already, in line ${first}`,
      );
    }
  }
  for (const member of members.all) new Connector(member, members, around, report).connect();
  for (const member of members.all) {
    checkVariables(member, members, around, report);
    checkProject(member, around.project, report);
    checkCalledInputs(member, around, report);
  }
  linkEdges(members, report);
  checkStepCycles(members, report);
  checkGateTargets(members, report);
  checkPipelineCycles(members, around.project, report);
  return members.linked(steps);
}

class Connector {
  readonly #member: Member;
  readonly #members: Members;
  readonly #around: Surroundings;
  readonly #report: Report;

  constructor(member: Member, members: Members, around: Surroundings, report: Report) {
    this.#member = member;
    this.#members = members;
    this.#around = around;
    this.#report = report;
  }

  connect(): void {
    const { step, path } = this.#member;
    step.dependencies.forEach((id, index) => {
      const target = this.#step(id, [...path, "dependencies", index]);
      if (target !== null) this.#link(target, [...path, "dependencies", index]);
    });
    this.#injections();
    if (step.workspace.kind === "shared") {
      const at = [...path, "workspace", "ref"];
      const target = this.#step(step.workspace.step, at);
      if (target !== null) this.#link(target, at);
    } else {
      step.workspace.mounts.forEach(({ subsetFrom }, index) => {
        if (subsetFrom === null) return;
        const at = [...path, "workspace", "mount", index, "subset_from"];
        if (this.#members.byId.has(subsetFrom.step) || this.#around.broken.has(subsetFrom.step)) {
          this.#artifact(subsetFrom.step, subsetFrom.artifact, at);
          return;
        }
        this.#report.warning(
          "outer_step",
          at,
          `there is no step ${
            quote(subsetFrom.step)
          } here: without a run above that has one, all is mounted`,
          didYouMean(subsetFrom.step, this.#members.byId.keys()),
        );
      });
    }
    if (step.each?.source.kind === "artifact") {
      const { step: id, artifact } = step.each.source;
      const source = this.#members.byId.get(id)?.step;
      const name = source === undefined ? null : artifactNamed(source, artifact);
      this.#artifact(id, name ?? artifact, [...path, "strategy", "items_source"]);
    }
    this.#targets();
  }

  #injections(): void {
    const { step, path } = this.#member;
    const seen = new Set<string>();
    step.injectArtifacts.forEach((injection, index) => {
      const at = [...path, "memory", "inject_artifacts", index];
      if (seen.has(injection.as)) {
        this.#report.error(
          "duplicate_artifact",
          [...at, "as"],
          `two artifacts are injected as ${quote(injection.as)}`,
        );
      }
      seen.add(injection.as);
      if (injection.step !== null) {
        this.#artifact(injection.step, injection.artifact, [...at, "step"], [...at, "artifact"]);
      }
    });
  }

  /** Steps that are run instead, again, or next. */
  #targets(): void {
    const { step, path } = this.#member;
    if (step.retry.onFailure.kind === "rework") {
      this.#step(step.retry.onFailure.step, [...path, "retry", "rework_step"]);
    }
    for (const contract of step.contracts) {
      if (contract.onFailure.kind !== "rework") continue;
      this.#step(contract.onFailure.step, [...path, "handover"], () => contract.position);
    }
    step.edges.forEach(({ target }, index) => {
      if (target.kind !== "step") return;
      this.#step(target.step, [...path, "edges", index, "target"]);
    });
    if (step.action.kind !== "gate") return;
    step.action.choices.forEach(({ target }, index) => {
      if (target.kind !== "step") return;
      this.#step(target.step, [...path, "gate", "choices", index, "target"]);
    });
  }

  #artifact(id: string, artifact: string, stepPath: Path, artifactPath: Path = stepPath): void {
    const target = this.#step(id, stepPath);
    if (target === null) return;
    this.#link(target, stepPath);
    if (this.#around.broken.has(id)) return;
    const names = declaredArtifacts(target.step);
    if (names === null || names.includes(artifact)) return;
    if (names.length === 0 && isName(artifact) && target.step.action.kind === "prompt") {
      this.#members.declare(target, artifact);
      this.#report.warning(
        "undeclared_artifact",
        artifactPath,
        `step ${quote(id)} declares no artifacts: what it answers is taken for ${quote(artifact)}`,
      );
      return;
    }
    this.#report.error(
      "unknown_artifact",
      artifactPath,
      `step ${quote(id)} declares no artifact ${quote(artifact)}`,
      didYouMean(artifact, names) ??
        (names.length === 0 ? null : `it declares ${names.map(quote).join(", ")}`),
    );
  }

  #link(target: Member, path: Path): void {
    if (this.#members.link(this.#member, target)) return;
    this.#report.error("cycle", path, `a step cannot wait for the loop that it is in`);
  }

  #step(id: string, path: Path, position = () => this.#report.source.at(path)): Member | null {
    const target = this.#members.byId.get(id);
    if (target !== undefined) return target;
    if (!this.#around.broken.has(id)) {
      this.#report.add({
        severity: "error",
        code: "unknown_step",
        place: () => ({ file: this.#report.source.file, ...position() }),
        message: `there is no step ${quote(id)}`,
        suggestion: () => didYouMean(id, this.#members.byId.keys()),
      });
    }
    return null;
  }
}

/** Checks that each output names an artifact of a step. */
export function checkOutputs(
  outputs: readonly PipelineOutput[],
  steps: readonly Step[],
  around: Surroundings,
  report: Report,
): void {
  const members = new Members(steps, ["steps"]);
  for (const { name, step, artifact } of outputs) {
    if (around.broken.has(step)) continue;
    const path = ["pipeline_outputs", name];
    const target = members.byId.get(step);
    if (target === undefined) {
      report.error(
        "unknown_step",
        [...path, "step"],
        `there is no step ${quote(step)}`,
        didYouMean(step, members.byId.keys()),
      );
      continue;
    }
    const names = declaredArtifacts(target.step);
    if (names === null || names.includes(artifact)) continue;
    report.error(
      "unknown_artifact",
      [...path, "artifact"],
      `step ${quote(step)} declares no artifact ${quote(artifact)}`,
      didYouMean(artifact, names),
    );
  }
}
