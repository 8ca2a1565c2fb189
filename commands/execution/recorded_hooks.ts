/** The hooks of a run whose process is gone: which have run, and which its end still has. */
import { NotFoundError, WaveError } from "../../event/errors.ts";
import type { HookStarted } from "../../event/event.ts";
import { loadManifest, loadPipeline } from "../../executor/language/load_definitions.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import type { Target } from "../../executor/processes/process_finder.ts";
import { isNonce, markOf } from "../../executor/processes/process_marker.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import { foldTrace, NOTHING } from "../../state/trace/trace_fold.ts";
import { openTrace } from "../../state/trace/trace_scan.ts";
import type { HookSource } from "./run_hooks.ts";

/** The hooks that were started since the run was started or resumed last. */
export function startedHooks(paths: WavePaths, runId: string): readonly HookStarted[] {
  using file = openTrace(paths.trace(runId));
  let started: HookStarted[] = [];
  if (file === null) return started;
  foldTrace(file, NOTHING, (event) => {
    if (event.state === "hook") started.push(event);
    else if (event.step_id === null && event.state === "running") started = [];
  });
  return started;
}

/** What is looked for when the processes of these hooks are meant. A damaged mark is nobody's. */
export function hookTargets(hooks: readonly HookStarted[]): Target[] {
  return hooks.flatMap(({ data: { nonce } }) =>
    isNonce(nonce) ? [{ mark: markOf(nonce), process: null }] : []
  );
}

/** The hooks of a run: those of its pipeline, and those of the manifest unless it runs within another. */
export function hooksOf(
  pipeline: Pick<Pipeline, "hooks"> | null,
  manifest: Pick<Manifest, "hooks">,
  isInner: boolean,
): HookSource[] {
  return [
    { from: "pipeline", hooks: pipeline?.hooks ?? {} },
    ...isInner ? [] : [{ from: "manifest", hooks: manifest.hooks ?? {} } as const],
  ];
}

/** The hooks of a recorded run as the files of today say; a warning of the run where those are invalid. */
export function hooksOfToday(recording: Recording, root: string): HookSource[] {
  const { pipeline: name, parent } = recording.record;
  try {
    const manifest = loadManifest(root);
    return hooksOf(pipelineOfToday(root, name, manifest), manifest, parent !== null);
  } catch (error) {
    if (!(error instanceof WaveError)) throw error;
    const [message] = error.message.split("\n", 1);
    recording.emit({ step_id: null, state: "warning", message: `no hook was run: ${message}` });
    return [];
  }
}

/** Null where no file defines it, as of a task. */
function pipelineOfToday(root: string, name: string, manifest: Manifest): Pipeline | null {
  try {
    return loadPipeline(root, name, manifest);
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}
