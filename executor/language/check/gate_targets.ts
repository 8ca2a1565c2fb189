/** Checks that where a gate's choice leads can be reached from it, and that no gate turns in a circle. */
import { quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { GateAction } from "../model/pipeline.ts";
import type { Member, Members } from "./step_index.ts";

/** A choice that leads to a step, with its place in the file. */
interface Way {
  readonly index: number;
  readonly key: string;
  readonly step: string;
}

export function checkGateTargets(members: Members, report: Report): void {
  for (const member of members.byId.values()) {
    if (member.step.action.kind === "gate") checkGate(member, member.step.action, members, report);
  }
}

function checkGate(member: Member, gate: GateAction, members: Members, report: Report): void {
  const ways = gate.choices.flatMap(({ key, target }, index): Way[] =>
    target.kind === "step" && members.byId.has(target.step)
      ? [{ index, key, step: target.step }]
      : []
  );
  if (ways.length === 0) return;
  const before = allBefore(member.step.id, members);
  const isAfter = (id: string) => allBefore(id, members).has(member.step.id);
  const forward = ways.filter(({ step }) => !before.has(step) && isAfter(step));
  for (const way of ways) {
    const at = [...member.path, "gate", "choices", way.index, "target"];
    if (before.has(way.step)) {
      if (answersItself(gate) && gate.defaultChoice === way.key) {
        report.error(
          "cycle",
          at,
          `nobody is asked in the end: without an answer the gate goes back to ${
            quote(way.step)
          } again and again`,
          "let the default choice go on or fail",
        );
      }
    } else if (!isAfter(way.step)) {
      report.error(
        "unreachable_step",
        at,
        `step ${quote(way.step)} neither leads to the gate nor waits for it`,
        "name a step before the gate to go back to, or go, or fail",
      );
    } else if (way.step !== forward[0]?.step) {
      report.error(
        "not_built",
        at,
        `all steps that wait for a gate run when it opens: none can be chosen`,
        "let a branch ask for {{ gate.<step>.choice }}",
      );
    }
  }
}

/** True when the default choice is taken by itself: at once, or when nobody answers in time. */
function answersItself({ auto, timeoutMs }: GateAction): boolean {
  return auto || timeoutMs !== null;
}

/** The step itself, and all that it waits for. */
function allBefore(id: string, members: Members): Set<string> {
  const before = new Set([id]);
  // Grows while it is walked.
  for (const each of before) for (const next of members.dependenciesOf(each)) before.add(next);
  return before;
}
