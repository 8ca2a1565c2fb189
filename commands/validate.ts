import { ExitCode } from "../event/errors.ts";
import { render } from "../executor/language/source/diagnostic.ts";
import { validateProject } from "../executor/language/validate_project.ts";
import { command } from "./cli/command.ts";
import { paint } from "./output/color.ts";
import { findProject } from "./runs/find_project.ts";
import { safeLine } from "./output/safe_text.ts";

/** `wave validate`: every problem of the definitions at once (contract, section 4). */
export const validate = command({
  name: "validate",
  summary: "Check the manifest and the pipelines",
  description:
    "Every problem with its file, line and column. Keys that wave does not know are warnings; the " +
    "exit code is 2 when there is an error.",
  args: [{
    name: "pipeline",
    summary: "Only this one, and the manifest; all of them without it",
    complete: "pipeline",
  }],
  options: {},
  examples: [
    { command: "wave validate", summary: "Everything" },
    { command: "wave validate hello-world", summary: "One pipeline" },
    {
      command: "wave validate --format json | jq '.diagnostics[]'",
      summary: "For an editor or a script",
    },
  ],
  run(context, { args: [pipeline] }) {
    const root = findProject(context);
    const { valid, diagnostics, pipelines } = validateProject(
      root,
      context.env("PATH") ?? "",
      pipeline,
    );
    return {
      exit: valid ? ExitCode.done : ExitCode.usage,
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
  },
});

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
