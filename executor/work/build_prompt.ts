/** Builds the prompt of an agent. */
import { join } from "@std/path";
import { UsageError } from "../../event/errors.ts";
import type { RunContext } from "../run/run_context.ts";
import { filesToWrite } from "../language/model/files_to_write.ts";
import type { Step } from "../language/model/pipeline.ts";
import { findSkill } from "../language/check/find_skill.ts";
import { expand, type Lookup } from "../language/template/template.ts";

export interface PromptParts {
  /** Paths relative to the working folder. */
  readonly injected: readonly string[];
  /** Why the attempt before this one failed; null for the first. */
  readonly lastFailure: string | null;
  /** So many answers of the step's thread, from its beginning, the agent knows already. */
  readonly knownAnswers: number;
  /** Absolute; null where the agent need not know it. */
  readonly project: string | null;
  readonly lookup: Lookup;
}

/** The most that is quoted of an earlier failure or answer, in UTF-16 units, so that a prompt keeps its focus. */
const LONGEST = 8192;

/**
 * The prompt of an attempt: the text of the step, and below it what wave knows and the agent must:
 * its input files, the files it has to write, earlier answers of its thread, why the last attempt
 * failed. Nothing in it is redacted.
 */
export function buildPrompt(
  context: RunContext,
  step: Step,
  source: string,
  { injected, lastFailure, knownAnswers, project, lookup }: PromptParts,
): string {
  const files = filesToWrite(step);
  const sections = [
    expand(source, lookup).trimEnd(),
    ...skillsOf(context, step),
    project === null
      ? ""
      : `## The project\n\nThe project is at ${project}. You work in a folder of your own: read the project where you need it, and write here alone.`,
    list("Files you are given", injected),
    list(
      "Files you must write",
      files.map(({ path, type }) => type === null ? path : `${path} (${type})`),
    ),
    step.maxConcurrentAgents === null
      ? ""
      : `You may use up to ${step.maxConcurrentAgents} agents of your own side by side.`,
    ...threadOf(context, step, knownAnswers),
    lastFailure === null
      ? ""
      : `## The last attempt failed\n\n${clip(lastFailure)}\n\nAvoid this now.`,
  ];
  return sections.filter((section) => section !== "").join("\n\n") + "\n";
}

/**
 * The system prompt of a persona, or null.
 *
 * @throws {UsageError} `no_persona_prompt`.
 */
export function systemPromptOf(context: RunContext, persona: string | null): string | null {
  const file = persona === null
    ? null
    : context.options.manifest.personas[persona]?.systemPromptFile ?? null;
  if (file === null) return null;
  requirePromptFile(context.root, file, persona ?? "");
  return Deno.readTextFileSync(join(context.root, file));
}

/** @throws {UsageError} `no_persona_prompt` when the file of a persona is not there. */
export function requirePromptFile(root: string, file: string, persona: string): void {
  try {
    if (Deno.statSync(join(root, file)).isFile) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
  throw new UsageError(
    "no_persona_prompt",
    `Cannot read the system prompt of persona ${persona}: there is no file ${file}`,
    { hint: "write it, or mend system_prompt_file in wave.yaml; wave validate" },
  );
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `## ${title}\n\n${items.map((item) => `- ${item}`).join("\n")}`;
}

function clip(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\n[…]`;
}

function threadOf(context: RunContext, { thread }: Step, known: number): string[] {
  const answers = thread === null ? [] : context.threads.get(thread) ?? [];
  return answers.slice(known).map(({ step, text }) =>
    `## What step ${step} said before\n\n${clip(text.trimEnd())}`
  );
}

function skillsOf(context: RunContext, step: Step): string[] {
  const { pipeline, manifest } = context.options;
  return [...new Set([...pipeline.skills, ...step.skills])].flatMap((name) => {
    const file = findSkill(context.root, manifest, name);
    if (file !== null) return [`## Skill ${name}\n\n${Deno.readTextFileSync(file).trimEnd()}`];
    context.warn(
      step.id,
      `there is no skill ${name}: the agent is told nothing of it`,
      step.persona,
    );
    return [];
  });
}
