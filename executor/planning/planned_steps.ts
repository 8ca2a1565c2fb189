/** What a run is going to do, as its first event records it. */
import { asksAgent } from "../language/model/contract.ts";
import { join } from "@std/path";
import { sha256OfText } from "../files/sha256.ts";
import { WaveError } from "../../event/errors.ts";
import { readIfThere } from "../../event/files.ts";
import type { PlannedStep } from "../../event/event.ts";
import { pipelinesCalled } from "../language/check/called_pipelines.ts";
import { loadPipeline } from "../language/load_definitions.ts";
import { meaningOf } from "./step_meaning.ts";
import type { Manifest } from "../language/model/manifest.ts";
import type { Pipeline, Step } from "../language/model/pipeline.ts";

/**
 * All steps of a pipeline in file order, those of loops behind their loop, each with the SHA-256 of what
 * defines it: what it does, its prompt, its schemas and criteria, its persona, the steps of its loop, and the
 * pipelines that it names. A file that is missing counts as empty; that it is missing is the validation's
 * business.
 *
 * @param root absolute, of the project.
 */
export async function plannedSteps(
  pipeline: Pipeline,
  manifest: Manifest,
  root: string,
): Promise<PlannedStep[]> {
  return await new Planner(manifest, root).steps(pipeline.steps);
}

/** The steps and those of loops, each loop before its own. */
export function* allSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    if (step.action.kind === "loop") yield* allSteps(step.action.steps);
  }
}

class Planner {
  readonly #manifest: Manifest;
  readonly #root: string;
  readonly #files = new Map<string, string>();
  /** By name; of one that is being looked at, and so calls itself, nothing more is needed. */
  readonly #pipelines = new Map<string, string>();

  constructor(manifest: Manifest, root: string) {
    this.#manifest = manifest;
    this.#root = root;
  }

  async steps(steps: readonly Step[]): Promise<PlannedStep[]> {
    const planned: Promise<PlannedStep[]>[] = [];
    for (const step of steps) {
      const { id, persona, dependencies, action } = step;
      const inner = action.kind === "loop" ? await this.steps(action.steps) : [];
      const text = JSON.stringify([
        ...this.#parts(step),
        ...inner.map(({ digest }) => digest),
        ...await this.#called(step),
      ]);
      // Not waited for here: the runtime makes many digests at a time.
      const plan = async () => [
        { id, persona, dependencies, digest: await sha256OfText(text) },
        ...inner,
      ];
      planned.push(plan());
    }
    return (await Promise.all(planned)).flat();
  }

  #parts(step: Step): string[] {
    const { personas } = this.#manifest;
    const persona = step.persona === null ? null : personas[step.persona] ?? null;
    return [
      meaningOf(step),
      ...step.injectArtifacts.map(({ schemaPath }) => this.#text(schemaPath)),
      ...step.contracts.map((contract) => {
        if (contract.type === "json_schema") return this.#text(contract.schemaPath);
        return asksAgent(contract) ? this.#text(contract.criteriaPath) : "";
      }),
      // Where the persona stands in its file is not what it is; nor is who would have taken over.
      persona === null ? "" : JSON.stringify({ ...persona, position: null, fallback: undefined }),
      this.#text(persona?.systemPromptFile ?? null),
    ];
  }

  async #called(step: Step): Promise<string[]> {
    const digests: string[] = [];
    for (const { name } of pipelinesCalled(step)) {
      const known = this.#pipelines.get(name);
      if (known === undefined) this.#pipelines.set(name, "");
      const digest = known ?? await this.#pipeline(name);
      this.#pipelines.set(name, digest);
      digests.push(digest);
    }
    return digests;
  }

  async #pipeline(name: string): Promise<string> {
    try {
      const { steps, outputs } = loadPipeline(this.#root, name, this.#manifest);
      const digests = (await this.steps(steps)).map(({ digest }) => digest);
      return await sha256OfText(JSON.stringify([digests, outputs]));
    } catch (error) {
      // The step that runs it will say what is wrong with it.
      if (error instanceof WaveError) return "";
      throw error;
    }
  }

  #text(path: string | null): string {
    if (path === null) return "";
    const known = this.#files.get(path) ?? readIfThere(join(this.#root, path)) ??
      "";
    this.#files.set(path, known);
    return known;
  }
}
