/** Reports steps that wait for each other, and steps that take over for each other without end. */
import { quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { cyclesIn } from "./cycles.ts";
import type { Member, Members } from "./step_index.ts";

/** Cycles of a kind that are spelled out. */
const MOST = 20;
/** Steps of a longer cycle are left out in its middle. */
const LONGEST = 12;

export function checkStepCycles(members: Members, report: Report): void {
  const nodes = [...members.byId.keys()].map((id) => ({
    id,
    dependencies: members.dependenciesOf(id),
  }));
  for (const cycle of cyclesIn(nodes, MOST)) tellWaiting(cycle, members, report);
  for (const cycle of cyclesIn([...members.byId.values()].map(takeovers), MOST)) {
    tellTakeover(cycle, members, report);
  }
}

/** `a → b → a`, of a long cycle its ends. */
export function spelled(cycle: readonly string[]): string {
  const shown = cycle.length > LONGEST ? [...cycle.slice(0, 6), "…", ...cycle.slice(-5)] : cycle;
  return shown.join(" → ");
}

function tellWaiting(cycle: readonly string[], members: Members, report: Report): void {
  const first = members.byId.get(cycle[0] ?? "");
  const index = first?.step.dependencies.indexOf(cycle[1] ?? "") ?? -1;
  const path = first?.path ?? ["steps"];
  report.error(
    "cycle",
    index < 0 ? path : [...path, "dependencies", index],
    cycle.length === 2
      ? `the step ${quote(cycle[0] ?? "")} waits for itself`
      : `the steps wait for each other: ${spelled(cycle)} (${cycle.length - 1} steps)`,
    cycle.length === 2 ? "remove this dependency" : "remove one of these dependencies",
  );
}

/** What a failure of the step may start: who reworks it, and of a loop all that is in it. */
function takeovers({ step }: Member) {
  const inner = step.action.kind === "loop" ? step.action.steps.map(({ id }) => id) : [];
  return { id: step.id, dependencies: [...reworkers(step).map(({ id }) => id), ...inner] };
}

function reworkers({ retry, contracts }: Member["step"]): { id: string; at: Path }[] {
  const ends = [
    { onFailure: retry.onFailure, at: ["retry", "rework_step"] },
    ...contracts.map(({ onFailure }) => ({ onFailure, at: ["handover"] })),
  ];
  return ends.flatMap(({ onFailure, at }) =>
    onFailure.kind === "rework" ? [{ id: onFailure.step, at }] : []
  );
}

function tellTakeover(cycle: readonly string[], members: Members, report: Report): void {
  const links = cycle.slice(0, -1).map((id, index) => {
    const member = members.byId.get(id);
    const rework = member && reworkers(member.step).find((each) => each.id === cycle[index + 1]);
    return member === undefined || rework === undefined ? [] : [...member.path, ...rework.at];
  });
  report.error(
    "cycle",
    links.find((path) => path.length > 0) ?? ["steps"],
    cycle.length === 2
      ? `the step ${quote(cycle[0] ?? "")} would rework itself without end`
      : `the steps would rework each other without end: ${spelled(cycle)}`,
    cycle.length === 2
      ? "use retry.max_attempts to try it again"
      : "let the last of them fail: on_failure: fail",
  );
}
