/** What a step achieved that is worth naming: a pull request, an issue, a page, a file. */
import { fieldOf } from "../language/template/template.ts";
import type { OutcomeSpec } from "../language/model/pipeline.ts";
import { type AttemptFolders, findOutput } from "../workspace/declared_artifacts.ts";
import { readText } from "../files/read_text.ts";
import { parseWritten } from "../language/template/written_json.ts";

export interface FoundOutcome {
  readonly type: OutcomeSpec["type"];
  readonly label: string;
  /** A URL, or a path relative to the workspace. */
  readonly value: string;
}

/** The outcomes of a finished step that its files really hold, in order. */
export async function outcomesOf(
  outcomes: readonly OutcomeSpec[],
  folders: AttemptFolders,
): Promise<FoundOutcome[]> {
  const found: FoundOutcome[] = [];
  for (const { type, label, extractFrom, jsonPath } of outcomes) {
    const file = await findOutput(extractFrom, folders);
    if (file === null) continue;
    const values = jsonPath === null
      ? [extractFrom]
      : valuesAt(parseWritten(readText(file, extractFrom)), jsonPath);
    found.push(...values.map((value) => ({ type, label, value })));
  }
  return found;
}

/** The texts and numbers at a path such as `.a.b` or `.list[*].url`. */
export function valuesAt(value: unknown, path: string): string[] {
  const parts = path.replace(/^\./, "").replaceAll("[", ".[").split(".").filter((part) =>
    part !== ""
  );
  let here = [value];
  for (const part of parts) {
    const index = /^\[(\d+|\*)\]$/.exec(part)?.[1];
    here = here.flatMap((each): unknown[] => {
      if (index === "*") return Array.isArray(each) ? each : [];
      const found = fieldOf(each, [index ?? part]);
      return found === undefined ? [] : [found];
    });
  }
  return here.filter((each) => typeof each === "string" || typeof each === "number").map(String);
}
