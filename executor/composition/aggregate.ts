/** Writes one file out of the results of an earlier step. */
import { basename, extname } from "@std/path";
import { OperationError } from "../../event/errors.ts";
import { collectArtifacts } from "../workspace/declared_artifacts.ts";
import { newInside } from "../files/confine.ts";
import type { RunContext } from "../run/run_context.ts";
import type { AggregateAction } from "../language/model/pipeline.ts";
import { expand, fieldOf, textOf } from "../language/template/template.ts";
import { tellSecrets } from "../work/redacted_artifact.ts";
import { type ActionResult, actionResult, type Work } from "../work/work.ts";
import { parseWritten } from "../language/template/written_json.ts";

/** The file is an artifact of the step, named after it unless the step declares its path. */
export async function aggregate(
  context: RunContext,
  action: AggregateAction,
  { step, folders, lookup }: Work,
): Promise<ActionResult> {
  const source = expand(action.from, lookup);
  const text = aggregated(action, parseWritten(source) ?? source);
  const declared = step.outputArtifacts.find(({ path }) => path === action.into);
  const name = declared?.name ?? basename(action.into, extname(action.into));
  const raw = declared?.raw ?? false;
  const clean = context.redacted(text);
  const written = raw ? text : clean.text;
  Deno.writeTextFileSync(newInside(folders.workspace, action.into), written, { mode: 0o600 });
  tellSecrets(context, step, { name, raw }, clean.count);
  const type = action.strategy === "merge_arrays" ? "json" : null;
  const data = await collectArtifacts(
    [{ name, path: action.into, type }],
    folders,
    context.root,
  );
  return actionResult({ artifacts: data.map((each) => ({ path: action.into, data: each })) });
}

/**
 * The text of the file. `merge_arrays` puts the elements of all arrays into one, taking an element's
 * array under `key` where that is given, and what is no array as it is; `concat` joins texts by lines.
 *
 * @throws {OperationError} `no_items` when there is no list to merge.
 */
export function aggregated(
  { strategy, key }: Pick<AggregateAction, "strategy" | "key">,
  value: unknown,
): string {
  if (strategy === "concat") {
    const parts = Array.isArray(value) ? value : [value];
    return `${parts.map((part) => textOf(part).trimEnd()).join("\n")}\n`;
  }
  if (!Array.isArray(value)) {
    throw new OperationError("no_items", "Cannot merge: `from` is no JSON array");
  }
  const merged = value.flatMap((element): unknown[] => {
    const inner = key === null ? element : fieldOf(element, key.split(".")) ?? element;
    return Array.isArray(inner) ? inner : [inner];
  });
  return `${JSON.stringify(merged, null, 2)}\n`;
}
