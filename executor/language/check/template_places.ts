/** The texts of a step in which expressions stand. */
import { parseJson } from "../../../event/json.ts";
import type { TestSuiteContract } from "../model/contract.ts";
import type { InputTemplate, Step } from "../model/pipeline.ts";
import type { Path } from "../source/yaml_source.ts";
import { unsafeInCall } from "../template/program_call.ts";
import { trusted, unsafeIn } from "../template/script.ts";
import { expressionsIn } from "../template/template.ts";

/** A text in which expressions are expanded. */
export interface TemplatePlace {
  readonly text: string;
  readonly path: Path;
  /** The file that holds the text when it is not the pipeline's own. */
  readonly file?: string;
  /** Why no value may stand in it, by the expressions' starts; only of what a program is given. */
  readonly unsafe?: (text: string) => ReadonlyMap<number, string>;
}

/** All texts of a step in which expressions are expanded. */
export function placesOf(step: Step, path: Path): TemplatePlace[] {
  const { action, workspace, each } = step;
  const places: TemplatePlace[] = [];
  const add = (text: string | null, ...at: Path) => {
    if (text !== null) places.push({ text, path: [...path, ...at] });
  };
  for (const [name, value] of Object.entries(step.env ?? {})) add(value, "env", name);
  if (step.when !== undefined) {
    places.push({ text: step.when, path: [...path, "when"], unsafe: inScript });
  }
  switch (action.kind) {
    case "command":
      places.push({ text: action.script, path: [...path, "script"], unsafe: inScript });
      break;
    case "prompt":
      places.push({
        text: action.source,
        path: [...path, "exec", "source"],
        ...action.sourcePath === null ? {} : { file: action.sourcePath },
      });
      break;
    case "pipeline":
      add(action.pipeline, "pipeline");
      for (const { text, at } of textsOfInput(action.input)) add(text, ...at);
      for (const [name, value] of Object.entries(action.env)) add(value, "config", "env", name);
      break;
    case "gate":
      add(action.message, "gate");
      if (action.forge !== undefined) {
        places.push({ text: action.forge.script, path: [...path, "gate"], unsafe: inScript });
      }
      break;
    case "loop":
      add(action.until, "loop", "until");
      break;
    case "branch":
      add(action.on, "branch", "on");
      for (const { text, at } of textsOfInput(action.input)) add(text, ...at);
      for (const { value, target } of action.cases) {
        if (target.kind === "pipeline") add(target.pipeline, "branch", "cases", value);
      }
      break;
    case "aggregate":
      add(action.from, "aggregate", "from");
      break;
    case "none":
  }
  if (workspace.kind === "worktree") {
    add(workspace.branch, "workspace", "branch");
    add(workspace.base, "workspace", "base");
  }
  if (each?.source.kind === "template") add(each.source.over, "iterate", "over");
  for (const contract of step.contracts) {
    if (contract.type !== "test_suite") continue;
    places.push(...placesOfCommand(contract, [...path, "handover"]));
  }
  return places;
}

/** A line for a shell, or a program with its arguments. */
function placesOfCommand({ command, args }: TestSuiteContract, path: Path): TemplatePlace[] {
  if (args.length === 0) return [{ text: command, path, unsafe: inScript }];
  const texts = [command, ...args];
  const reasons = unsafeInCall(texts);
  return texts.map((text, index) => ({
    text,
    path,
    unsafe: () => {
      const reason = reasons[index] ?? null;
      const found = reason === null ? [] : expressionsIn(text).filter((each) => !trusted(each));
      return new Map(found.map(({ start }) => [start, reason ?? ""]));
    },
  }));
}

function inScript(text: string): ReadonlyMap<number, string> {
  return new Map(unsafeIn(text).map(({ expression, reason }) => [expression.start, reason]));
}

/** The texts of what a step gives to another pipeline; of lists and maps each text in them. */
function textsOfInput(input: InputTemplate | null): { text: string; at: Path }[] {
  if (input === null) return [];
  if (typeof input === "string") return [{ text: input, at: ["input"] }];
  return input.named.flatMap(({ name, text, isJson }) =>
    (isJson ? textsInJson(parseJson(text)) : [text]).map((each) => ({
      text: each,
      at: ["input", name],
    }))
  );
}

function textsInJson(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(textsInJson)
    : [];
}
