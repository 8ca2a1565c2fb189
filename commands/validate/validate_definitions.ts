import { ExitCode } from "../../event/errors.ts";
import { type Diagnostic, render } from "../../executor/language/source/diagnostic.ts";
import { validateProject } from "../../executor/language/validate_project.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { validate } from "../validate.ts";
import { paint } from "../output/color.ts";
import {
  type Annotation,
  annotationLines,
  isOnGithub,
  repositoryPath,
} from "../output/github_annotation.ts";
import { findProject } from "../runs/find_project.ts";
import { safeLine } from "../output/safe_text.ts";
import { sarifText, sentenceOf } from "./sarif.ts";

/** Answers a call of `wave validate`. */
export function run(
  context: Context,
  { args: [pipeline], options: { format } }: CallOf<typeof validate>,
): Outcome {
  const root = findProject(context);
  const { valid, diagnostics, pipelines } = validateProject(
    root,
    context.env("PATH") ?? "",
    pipeline,
  );
  const exit = valid ? ExitCode.done : ExitCode.usage;
  const pathOf = (file: string) => repositoryPath(context, root, file);
  if (format === "sarif") return { exit, text: () => sarifText(diagnostics, pathOf) };
  const annotations = () => annotationLines(diagnostics.map(annotationOf(pathOf)));
  if (format === "github") return { exit, text: annotations };
  return {
    exit,
    note: isOnGithub(context) ? annotations() : "",
    json: { valid, diagnostics, pipelines },
    text: () => {
      const lines = diagnostics.map((diagnostic) => {
        const line = safeLine(render(diagnostic));
        const { severity } = diagnostic;
        const word = `${severity}:`;
        const color = severity === "error" ? "red" : "yellow";
        return line.replace(word, () => paint(context.color, color, word));
      });
      const errors = diagnostics.filter(({ severity }) => severity === "error").length;
      const summary = `${count(pipelines.length, "pipeline")}: ${count(errors, "error")}, ` +
        `${count(diagnostics.length - errors, "warning")}`;
      return [...lines, ...context.quiet ? [] : [summary]].map((line) => `${line}\n`).join("");
    },
  };
}

function annotationOf(pathOf: (file: string) => string) {
  return (diagnostic: Diagnostic): Annotation => {
    const { severity, file, line, column } = diagnostic;
    const at = { file: pathOf(file), line, column };
    return { severity, at, message: sentenceOf(diagnostic) };
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
