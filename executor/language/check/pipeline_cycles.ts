/** Reports pipelines that run themselves, directly or over others. */
import { basename } from "@std/path";
import { quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { pipelinesCalled } from "./called_pipelines.ts";
import type { ProjectView } from "./check_project.ts";
import { cyclesIn } from "./cycles.ts";
import { projectCalls } from "./project_calls.ts";
import { spelled } from "./step_cycles.ts";
import type { Members } from "./step_index.ts";

/** Cycles that are spelled out. */
const MOST = 20;

/** Names that only a run knows are looked at then. */
export function checkPipelineCycles(members: Members, project: ProjectView, report: Report): void {
  const own = basename(report.source.file).replace(/\.ya?ml$/, "");
  const places = new Map<string, Path>();
  for (const { step, path } of members.all) {
    for (const { name, at } of pipelinesCalled(step)) {
      if (!places.has(name)) places.set(name, [...path, ...at]);
    }
  }
  if (places.size === 0) return;
  const calls = projectCalls(project, report.source.file);
  const callees = (name: string) => name === own ? [...places.keys()] : calls.of(name);
  // By which call of this file a pipeline is reached first.
  const via = new Map([[own, own]]);
  for (const [name, first] of via) {
    for (const next of callees(name)) {
      if (!via.has(next)) via.set(next, name === own ? next : first);
    }
  }
  const nodes = [...via.keys()].map((id) => ({ id, dependencies: callees(id) }));
  for (const cycle of cyclesIn(nodes, MOST)) {
    const isOwn = cycle[0] === own;
    const call = isOwn ? cycle[1] ?? "" : via.get(cycle[0] ?? "") ?? "";
    report.error(
      "cycle",
      places.get(call) ?? ["steps"],
      isOwn && cycle.length === 2
        ? `the pipeline ${quote(own)} runs itself without end`
        : `the pipelines run each other without end: ${spelled(cycle)}`,
      'to do something again, use "loop" or "iterate"',
    );
  }
}
