/** Reads `hooks` of a pipeline or of the manifest. */
import * as z from "zod/mini";
import { type Hooks, type Moment, MOMENTS } from "../model/hooks.ts";
import { fit } from "../source/fit_shape.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path, Source } from "../source/yaml_source.ts";
import { valueAt } from "../source/yaml_source.ts";
import type { PlacedScript } from "../check/shell_syntax.ts";
import { expressionsIn } from "../template/template.ts";

const script = z.optional(z.string());
export const HooksShape = z.strictObject({
  started: script,
  completed: script,
  failed: script,
  cancelled: script,
});

/** Names of the moments in other tools. */
const FOREIGN: Readonly<Record<string, string>> = {
  start: '"started" runs once the run has started',
  success: '"completed" runs when the run has completed',
  failure: '"failed" runs when the run has failed',
  always: '"completed", "failed" and "cancelled" are all ends of a run',
};

/** The hooks that stand in a file. A list, as in published pipelines, is a warning: wave runs none of it. */
export function resolveHooks(report: Report): Hooks {
  const path: Path = ["hooks"];
  const data = valueAt(report.source.data, path);
  if (Array.isArray(data)) {
    const message = "`hooks`: wave runs no list of hooks";
    report.atKey(
      "warning",
      "not_built",
      path,
      message,
      `hooks: { ${MOMENTS.join(", ")}: <script> }`,
    );
    return {};
  }
  if (typeof data !== "object" || data === null) return {};
  const hooks: Partial<Record<Moment, string>> = {};
  for (const [moment, text] of Object.entries(fit(HooksShape, data, path, report, FOREIGN) ?? {})) {
    const known = MOMENTS.find((each) => each === moment);
    if (known === undefined || text === undefined) continue;
    hooks[known] = text;
    checkScript(text, [...path, moment], report);
  }
  return hooks;
}

function checkScript(text: string, path: Path, report: Report): void {
  if (text.trim() === "") report.error("wrong_value", path, `"${String(path.at(-1))}" is empty`);
  // Braces of other programs (`docker ps --format {{.ID}}`) are theirs.
  const [expression] = expressionsIn(text).filter(({ reference }) => reference !== null);
  if (expression === undefined) return;
  const raw = text.slice(expression.start, expression.end);
  report.within("no_template", path, raw, 0, {
    message: `${raw}: a hook takes no values of the run`,
    suggestion: "it reads $WAVE_RUN_ID, $WAVE_RUN_STATUS, $WAVE_RUN_ERROR and JSON on its stdin",
  });
}

/** The hooks' scripts with their places, for the shell to look at. */
export function hookScripts(hooks: Hooks, source: Source): PlacedScript[] {
  return Object.entries(hooks).map(([moment, text]) => ({
    // Its braces are its own.
    text: text.replaceAll("{{", "\\{{"),
    source,
    path: ["hooks", moment],
  }));
}
