/** The hooks that a run has, as pipeline and manifest say. Loads what reads those. */
import { NotFoundError, WaveError } from "../../event/errors.ts";
import { loadManifest, loadPipeline } from "../../executor/language/load_definitions.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import type { HookSource } from "./run_hooks.ts";

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
