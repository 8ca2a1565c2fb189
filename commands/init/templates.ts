/** The files that `wave init` writes. They are real files, under `templates/`; the skill is one of the docs. */
import greetingSchema from "./templates/contracts/greeting.schema.json" with { type: "text" };
import gitignore from "./templates/gitignore" with { type: "text" };
import coder from "./templates/personas/coder.md" with { type: "text" };
import craftsman from "./templates/personas/craftsman.md" with { type: "text" };
import navigator from "./templates/personas/navigator.md" with { type: "text" };
import changeCode from "./templates/pipelines/change-code.yaml" with { type: "text" };
import diamond from "./templates/pipelines/diamond.yaml" with { type: "text" };
import draftAndCheck from "./templates/pipelines/draft-and-check.yaml" with { type: "text" };
import helloWorld from "./templates/pipelines/hello-world.yaml" with { type: "text" };
import projectReport from "./templates/pipelines/project-report.yaml" with { type: "text" };
import skill from "../../docs/skill/SKILL.md" with { type: "text" };
import manifest from "./templates/wave.yaml" with { type: "text" };

/** Texts by their path below the project root. */
export const TEMPLATES: Readonly<Record<string, string>> = {
  "wave.yaml": manifest,
  ".wave/.gitignore": gitignore,
  ".wave/contracts/greeting.schema.json": greetingSchema,
  ".wave/personas/coder.md": coder,
  ".wave/personas/craftsman.md": craftsman,
  ".wave/personas/navigator.md": navigator,
  ".wave/pipelines/diamond.yaml": diamond,
  ".wave/pipelines/draft-and-check.yaml": draftAndCheck,
  ".wave/pipelines/hello-world.yaml": helloWorld,
  ".wave/pipelines/project-report.yaml": projectReport,
};

/** Those that are worth having only where an agent is installed. */
export const AGENT_TEMPLATES: Readonly<Record<string, string>> = {
  ".wave/pipelines/change-code.yaml": changeCode,
};

/** What coding agents are told of wave; read by those that look for skills there. */
export const SKILL_TEMPLATE: Readonly<Record<string, string>> = {
  ".claude/skills/wave/SKILL.md": skill,
};
