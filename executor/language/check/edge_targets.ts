/** Links steps to where their edges lead, and checks that they can lead there. */
import { quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Edge } from "../model/edge.ts";
import type { Member, Members } from "./step_index.ts";

interface Link {
  readonly from: Member;
  readonly to: Member;
  readonly edge: Edge;
  readonly index: number;
}

/**
 * Makes each step that an edge leads on to wait for the step with the edge. An edge whose target comes
 * before its step, or is that step, leads back instead and links nothing: the run may turn there, as often
 * as `max_visits` allows. Edges down the file are looked at first, so that of two steps that lead to each
 * other the first in the file comes first.
 *
 * Call it when all other links are made.
 */
export function linkEdges(members: Members, report: Report): void {
  const order = new Map([...members.byId.values()].map((member, index) => [member, index]));
  const isDown = ({ from, to }: Link) => (order.get(from) ?? 0) < (order.get(to) ?? 0);
  const links = [...members.byId.values()].flatMap((from) =>
    from.step.edges.flatMap((edge, index): Link[] => {
      if (edge.target.kind !== "step") return tellName(from, edge, index, members, report);
      const to = members.byId.get(edge.target.step);
      return to === undefined ? [] : [{ from, to, edge, index }];
    })
  );
  for (const link of [...links.filter(isDown), ...links.filter((link) => !isDown(link))]) {
    linkOne(link, members, report);
  }
}

function linkOne({ from, to, index }: Link, members: Members, report: Report): void {
  const at = [...from.path, "edges", index, "target"];
  const listOf = ({ chain }: Member) => chain.slice(0, -1).join(" ");
  if (listOf(from) !== listOf(to) || to.step.reworkOnly) {
    report.error(
      "unreachable_step",
      at,
      to.step.reworkOnly
        ? `step ${quote(to.step.id)} runs only to rework others`
        : `step ${quote(to.step.id)} is not in the same list of steps`,
      to.step.reworkOnly
        ? "take rework_only from it, or name it as rework_step"
        : "an edge leads neither into a loop nor out of one",
    );
    return;
  }
  if (from === to || members.isBehind(from.step.id, to.step.id)) {
    tellEndless({ from, to, index }, report);
    return;
  }
  members.enter(to, from);
}

/** A step that always leads back to itself. */
function tellEndless(
  { from, to, index }: Pick<Link, "from" | "to" | "index">,
  report: Report,
): void {
  const edge = from.step.edges[index];
  if (from !== to || index > 0 || edge?.condition !== null) return;
  report.error(
    "cycle",
    [...from.path, "edges", index, "target"],
    `nothing leads on from ${quote(from.step.id)}: it would run again and again`,
    "condition: outcome=failure, or another edge before it",
  );
}

/** A word that is no step, and is one here. */
function tellName(from: Member, edge: Edge, index: number, members: Members, report: Report): [] {
  const { kind } = edge.target;
  const word = kind === "next" ? "go" : kind;
  if (members.byId.has(word)) {
    report.error(
      "unreachable_step",
      [...from.path, "edges", index, "target"],
      `${quote(word)} as a target is no step, and there is a step of that name`,
      "give the step another id",
    );
  }
  return [];
}
