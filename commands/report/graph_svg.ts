/** The graph of a run as SVG: a box a step, coloured by its outcome, that leads to what is told of it. */
import type { ObservedStep } from "../../state/records/records.ts";
import { fitLine } from "../output/fit_line.ts";
import { type Box, BOX_HEIGHT, type GraphLayout } from "./graph_layout.ts";
import { html } from "./html_text.ts";

const CHARACTER = 8.2;

function boxSvg({ id, x, y, width }: Box, { status }: ObservedStep): string {
  const room = Math.floor((width - 16) / CHARACTER);
  const name = fitLine(id, room);
  const shown = name === id ? id : `${fitLine(id, room - 1)}…`;
  const at = (value: number) => Math.round(value);
  return `<a class="${status}" href="#step-${html(id)}">` +
    `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${BOX_HEIGHT}"/>` +
    `<text class="name" x="${at(x + width / 2)}" y="${at(y + 19)}">` +
    `${html(shown)}</text> ` +
    `<text class="state" x="${at(x + width / 2)}" y="${at(y + 35)}">` +
    `${status}</text></a>`;
}

export function graphSvg(layout: GraphLayout, steps: readonly ObservedStep[]): string {
  const byId = new Map(steps.map((step) => [step.record.id, step]));
  const boxes = layout.boxes.map((box) => {
    const step = byId.get(box.id);
    return step === undefined ? "" : boxSvg(box, step);
  });
  const edges = layout.edges.map((points) =>
    `<polyline marker-end="url(#arrow)" points="${
      points.map(({ x, y }) => `${Math.round(x)},${Math.round(y)}`).join(" ")
    }"/>`
  );
  const { width, height } = layout;
  return `<svg role="group" aria-label="Graph of the steps" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}"><defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" ` +
    `markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>` +
    `${edges.join("")}${boxes.join("")}</svg>`;
}
