/** `wave list pipelines --graph <name>`: a pipeline as Mermaid, which many pages draw. */
import { loadManifest } from "../../executor/language/load_definitions.ts";
import type { Step } from "../../executor/language/model/pipeline.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { runnablePipeline } from "../definitions/runnable_pipeline.ts";
import { safeLine } from "../output/safe_text.ts";
import { findProject } from "../runs/find_project.ts";

/** Text within quotes, as Mermaid wants it. */
function label(text: string): string {
  return `"${safeLine(text).replace(/["#;<>&]/g, (c) => `#${c.charCodeAt(0)};`)}"`;
}

function stepLines(steps: readonly Step[], names: Map<string, string>, indent: string): string[] {
  for (const { id } of steps) names.set(id, names.get(id) ?? `s${names.size}`);
  const nameOf = (id: string) => names.get(id) ?? "";
  return steps.flatMap(({ id, persona, action }) => {
    const kind = persona ?? action.kind;
    if (action.kind === "loop") {
      return [
        `${indent}subgraph ${nameOf(id)}[${label(`${id} (loop)`)}]`,
        ...stepLines(action.steps, names, `${indent}  `),
        `${indent}end`,
      ];
    }
    const [open, close] = action.kind === "gate" ? ["{{", "}}"] : ["[", "]"];
    return [`${indent}${nameOf(id)}${open}${label(`${id} (${kind})`)}${close}`];
  });
}

function edges(steps: readonly Step[], names: ReadonlyMap<string, string>): string[] {
  return steps.flatMap(({ id, dependencies, action }) => [
    ...dependencies.map((before) => `  ${names.get(before)} --> ${names.get(id)}`),
    ...action.kind === "loop" ? edges(action.steps, names) : [],
  ]);
}

/** The Mermaid text of these steps, with a newline at the end. */
export function mermaid(steps: readonly Step[]): string {
  const names = new Map<string, string>();
  const boxes = stepLines(steps, names, "  ");
  return ["flowchart TD", ...boxes, ...edges(steps, names)].map((line) => `${line}\n`).join("");
}

/** @throws {WaveError} `pipeline_not_found`, `invalid_pipeline`, `invalid_manifest`. */
export function pipelineGraph(context: Context, name: string): Outcome {
  const root = findProject(context);
  const quiet = () => {};
  const manifest = loadManifest(root, quiet);
  const graph = mermaid(runnablePipeline(root, name, manifest, quiet).steps);
  return { json: { graph: { pipeline: name, mermaid: graph } }, text: () => graph };
}
