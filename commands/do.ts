/** `wave do` (contract, section 4). */
import { UsageError } from "../event/errors.ts";
import { MOCK_ADAPTER } from "../executor/language/model/manifest.ts";
import { command, type Outcome } from "./cli/command.ts";
import { executeLive, showEvents } from "./execution/live_run.ts";
import { findProject } from "./runs/find_project.ts";
import { RunSession } from "./execution/run_session.ts";
import { answerOf, personaOf, taskPipeline } from "./execution/ad_hoc_pipeline.ts";

export const doCommand = command({
  name: "do",
  summary: "Give one task to a persona",
  description:
    "A run of one step, recorded like any other, whose answer is printed at its end and kept as an " +
    "artifact; wave resume goes on with it. Without --persona the first of the manifest " +
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
    const pipeline = taskPipeline(personaOf(manifest, options.persona), root, manifest);
    const { mock, timeout: timeoutMs } = options;
    const request = { pipeline, input: task, mock, timeoutMs };
    await session.requireChance(pipeline, { mock, reused: new Set(), runId: null });
    await using recording = await session.start(request, showEvents(context));
    const outcome = await executeLive(context, session, recording, request);
    return { ...outcome, text: () => answerOf(context, recording.artifacts, root) };
  },
});
