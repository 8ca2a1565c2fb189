/** Where the steps stand in the drawing of a pipeline. */
import type { StepRecord } from "../../state/records/records.ts";
import { columnsOf } from "../output/fit_line.ts";

export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** By their upper left corner. */
  readonly boxes: readonly Box[];
  /** Lines through these points; none of a graph that is too large to follow any. */
  readonly edges: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

export const BOX_HEIGHT = 44;
/** A character of the page's font, and what stands beside the text. */
const CHARACTER = 8.2;
const PADDING = 28;
const WIDEST = 260;
const GAP = 16;
/** More than these take the library seconds, and a reader cannot follow their lines. */
const MOST_WITH_EDGES = 120;
const BOXES_A_ROW = 6;

function widthOf(id: string): number {
  return Math.min(WIDEST, Math.max(110, Math.ceil(columnsOf(id) * CHARACTER) + PADDING));
}

/** Rows of boxes, each below all that it depends on, without lines. */
function inRows(steps: readonly StepRecord[]): GraphLayout {
  const ranks = new Map<string, number>();
  // Steps stand behind what they depend on, almost always; what does not is put where it stands.
  for (const { id, dependencies } of steps) {
    ranks.set(id, Math.max(-1, ...dependencies.map((each) => ranks.get(each) ?? -1)) + 1);
  }
  const boxes: Box[] = [];
  const width = 150;
  let y = GAP;
  for (const rank of [...new Set(ranks.values())].toSorted((a, b) => a - b)) {
    const row = steps.filter(({ id }) => ranks.get(id) === rank);
    row.forEach(({ id }, index) => {
      const column = index % BOXES_A_ROW;
      if (index > 0 && column === 0) y += BOX_HEIGHT + GAP / 2;
      boxes.push({ id, x: GAP + column * (width + GAP), y, width });
    });
    y += BOX_HEIGHT + GAP;
  }
  return { width: GAP + BOXES_A_ROW * (width + GAP), height: y, boxes, edges: [] };
}

/** False where so many steps are drawn that no lines tell what depends on what. */
export const hasLines = (steps: number): boolean => steps <= MOST_WITH_EDGES;

export async function layoutGraph(steps: readonly StepRecord[]): Promise<GraphLayout> {
  if (!hasLines(steps.length)) return inRows(steps);
  const { default: dagre } = await import("@dagrejs/dagre");
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 24, ranksep: 40, marginx: GAP, marginy: GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  const ids = new Set(steps.map(({ id }) => id));
  for (const { id } of steps) graph.setNode(id, { width: widthOf(id), height: BOX_HEIGHT });
  for (const { id, dependencies } of steps) {
    for (const before of dependencies) if (ids.has(before)) graph.setEdge(before, id);
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.ceil(Number(width)),
    height: Math.ceil(Number(height)),
    boxes: steps.map(({ id }) => {
      const node = graph.node(id);
      return { id, x: node.x - node.width / 2, y: node.y - node.height / 2, width: node.width };
    }),
    edges: graph.edges().map((edge) =>
      (graph.edge(edge).points ?? []).map(({ x, y }: { x: number; y: number }) => ({ x, y }))
    ),
  };
}
