/** `wave do` (contract, section 4). */
import { NotFoundError, OperationError, UsageError } from "../event/errors.ts";
import { type Manifest, MOCK_ADAPTER } from "../executor/language/manifest.ts";
import type { Pipeline } from "../executor/language/pipeline.ts";
import { resolvePipeline } from "../executor/language/resolve_pipeline.ts";
import { parseSource } from "../executor/language/source.ts";
import { command, type Outcome } from "./command.ts";
import { executeLive, showEvents } from "./live_run.ts";
import { findProject } from "./project.ts";
import { RunSession } from "./run_session.ts";
import { safeText } from "./safe_text.ts";
import type { ArtifactRecord } from "../state/records.ts";

/** The persona that is meant: the one named, or the only one, or the first. */
function personaOf({ personas }: Manifest, named: string | undefined): string {
  const names = Object.keys(personas);
  if (named !== undefined) {
    if (Object.hasOwn(personas, named)) return named;
    throw new NotFoundError("persona_not_found", `Cannot find persona "${named}"`, {
      hint: names.length === 0 ? "the manifest has none" : `there are ${names.join(", ")}`,
    });
  }
  const [first] = names;
  if (first !== undefined) return first;
  throw new OperationError("no_personas", "Cannot do a task without a persona", {
    hint: "add one to wave.yaml; wave init shows how",
  });
}

/** What the agent answered, as an artifact of the run. */
const ANSWER = { name: "answer", path: "answer.md", type: "markdown", source: "stdout" };

/** A pipeline of one step, whose prompt is the run's input. */
function adHoc(persona: string, root: string, manifest: Manifest): Pipeline {
  // The agent starts in an empty workspace: nobody else tells it where the project is.
  const where = root.replaceAll("{{", "\\{{");
  const source = `{{ input }}\n\nThe project is in the folder ${where}.`;
  const exec = { type: "prompt", source };
  const steps = [{ id: "do", persona, exec, output_artifacts: [ANSWER] }];
  // JSON is YAML.
  const yaml = parseSource("do.yaml", JSON.stringify({ metadata: { name: "do" }, steps }));
  const { pipeline, diagnostics } = resolvePipeline(yaml, {
    root,
    manifest,
    pipelines: new Set(),
  });
  if (pipeline !== null) return pipeline;
  const [problem] = diagnostics.filter(({ severity }) => severity === "error");
  throw new UsageError("invalid_manifest", `Cannot do a task: ${problem?.message}`, {
    hint: "wave validate",
  });
}

/** The answer, below the events that led to it. */
function answerOf(artifacts: readonly ArtifactRecord[], root: string): string {
  const answer = artifacts.find(({ name }) => name === ANSWER.name);
  if (answer === undefined) return "";
  const text = Deno.readTextFileSync(`${root}/${answer.path}`).trimEnd();
  return text === "" ? "" : `\n${safeText(text)}\n`;
}

export const doCommand = command({
  name: "do",
  summary: "Give one task to a persona",
  description:
    "A run of one step, recorded like any other, whose answer is printed at its end and kept as an " +
    "artifact. Without --persona the first of the manifest " +
    `does it; --mock takes the built-in ${MOCK_ADAPTER} adapter.`,
  args: [{ name: "task", summary: "What to do", required: true }],
  options: {
    persona: { kind: "text", summary: "Who does it", complete: "persona" },
    mock: { kind: "flag", summary: "On the built-in mock adapter: no key, no cost" },
    timeout: { kind: "duration", positive: true, summary: "End it after so long" },
  },
  examples: [
    { command: 'wave do "explain what main.ts does"', summary: "Ask the first persona" },
    { command: 'wave do "review the last commit" --persona reviewer', summary: "Ask another one" },
  ],
  handlesSignals: true,
  async run(context, { args, options }): Promise<Outcome> {
    const [task = ""] = args;
    if (task.trim() === "") {
      throw new UsageError("empty_task", "Cannot do nothing: the task is empty");
    }
    await using session = await RunSession.open(context, findProject(context));
    const { root, manifest } = session;
    const pipeline = adHoc(personaOf(manifest, options.persona), root, manifest);
    const { mock, timeout: timeoutMs } = options;
    const request = { pipeline, input: task, mock, timeoutMs };
    await session.requireChance(pipeline, { mock, reused: new Set(), runId: null });
    await using recording = await session.start(request, showEvents(context));
    const outcome = await executeLive(context, session, recording, request);
    return { ...outcome, text: () => context.quiet ? "" : answerOf(recording.artifacts, root) };
  },
});
